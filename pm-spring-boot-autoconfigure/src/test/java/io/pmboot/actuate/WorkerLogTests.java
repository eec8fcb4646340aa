package io.pmboot.actuate;

import io.pmboot.test.HttpAnswer;
import org.json.JSONException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skyscreamer.jsonassert.JSONAssert;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a worker has written last and what was found, over HTTP.
 */
class WorkerLogTests extends AbstractMasterHttpTests {

	private static final String LOGS = "/actuator/pm/logs/";

	@Test
	void tellsTheLastLinesAndWhoseTheyAre() throws JSONException {
		JSONAssert.assertEquals("""
				{"worker":{"group":"web","index":0,"pid":4711,"generation":1,"copied":false,"state":"READY",
				"since":"2026-07-01T10:15:30.500Z"},"first":1999,"lines":["line 1999","line 2000"]}""",
				RawRequest.get(LOGS + "web/0?lines=2").send(port()).body(), true);
		JSONAssert.assertEquals("{\"first\":1901}", RawRequest.get(LOGS + "web/0").send(port()).body(), false);
	}

	@Test
	void tellsWhoAsksAgainWhatIsNew() throws JSONException {
		JSONAssert.assertEquals("{\"first\":2000,\"lines\":[\"line 2000\"]}",
				RawRequest.get(LOGS + "web/0?after=1999").send(port()).body(), false);
		JSONAssert.assertEquals("{\"first\":2001,\"lines\":[]}",
				RawRequest.get(LOGS + "web/0?after=2000&lines=7").send(port()).body(), false);
		JSONAssert.assertEquals("{\"first\":2001,\"lines\":[]}",
				RawRequest.get(LOGS + "web/0?after=5000").send(port()).body(), false);
	}

	@Test
	void aTerminalSeesTheLinesAlone() {
		assertThat(RawRequest.get(LOGS + "web/0?lines=2").header("Accept", "text/plain").send(port()).body())
			.isEqualTo("line 1999\nline 2000\n");
	}

	@Test
	void tellsWhatWasFound() throws JSONException {
		JSONAssert.assertEquals("""
				{"findings":[{"id":"open-files","text":"few"},{"id":"quartz","group":"web","text":"many"}]}""",
				RawRequest.get("/actuator/pm/doctor").send(port()).body(), true);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					none/0             | 404 | There is no group 'none'; there are: web, jobs
					web/7              | 404 | Group 'web' has no worker 7, and none that has exited last in that slot
					web/0?generation=9 | 404 | Group 'web' has no worker 0 of generation 9, and none that has exited last in that slot
					web/x              | 400 | 'index' must be a number from 0, not 'x'
					web/0?lines=-1     | 400 | 'lines' must be a number from 0, not '-1'
					web/0?after=       | 400 | 'after' must be a number from 0, not ''
					""")
	void saysWhatIsWrongWithARequest(String path, int status, String reason) {
		HttpAnswer response = RawRequest.get(LOGS + path).send(port());
		assertThat(response.status()).isEqualTo(status);
		assertThat(response.body()).contains(reason);
	}

}
