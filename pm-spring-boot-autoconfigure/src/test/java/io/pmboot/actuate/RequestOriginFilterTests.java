package io.pmboot.actuate;

import java.util.List;

import io.pmboot.test.HttpAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which requests the master's web server refuses.
 */
class RequestOriginFilterTests extends AbstractMasterHttpTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			localhost:{port}     | -                          | -
			127.0.0.1:{port}     | -                          | none
			[::1]:9999           | -                          | same-origin
			localhost:{port}     | http://localhost:{port}    | same-origin
			""")
	void requestFromHereIsAnswered(String host, String origin, String fetchSite) {
		assertThat(request(RawRequest.get("/actuator/health"), host, origin, fetchSite).status()).isEqualTo(200);
		assertThat(request(RawRequest.post(RELOAD), host, origin, fetchSite).status()).isEqualTo(202);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			evil.example         | -                          | -           | Host 'evil.example' is not one of
			10.1.2.3:{port}      | -                          | -           | Host '10.1.2.3:
			localhost:{port}     | http://evil.example        | -           | Origin 'http://evil.example' is not
			localhost:{port}     | null                       | -           | Origin 'null' is not
			localhost:{port}     | -                          | cross-site  | Sec-Fetch-Site
			""")
	void requestFromElsewhereIsForbidden(String host, String origin, String fetchSite, String reason) {
		for (RawRequest request : List.of(RawRequest.post(RELOAD), RawRequest.get("/actuator/pm"),
				RawRequest.get("/actuator/health"), RawRequest.get("/nowhere"))) {
			HttpAnswer response = request(request, host, origin, fetchSite);
			assertThat(response.status()).isEqualTo(403);
			assertThat(response.header("content-type")).startsWithIgnoringCase("application/json");
			assertThat(response.body()).startsWith("{\"error\":\"").contains(reason);
		}
		assertThat(master().asked()).isEmpty();
	}

	@Test
	void requestWithoutHostIsAnswered() {
		RawRequest request = new RawRequest("GET /actuator/pm HTTP/1.0\r\n", "");
		assertThat(request.sendAsIs(port()).status()).isEqualTo(200);
	}

	private HttpAnswer request(RawRequest request, String host, String origin, String fetchSite) {
		RawRequest complete = request.header("Host", host.replace("{port}", String.valueOf(port())));
		if (origin != null) {
			complete = complete.header("Origin", origin.replace("{port}", String.valueOf(port())));
		}
		if (fetchSite != null) {
			complete = complete.header("Sec-Fetch-Site", fetchSite);
		}
		return complete.send(port());
	}

}
