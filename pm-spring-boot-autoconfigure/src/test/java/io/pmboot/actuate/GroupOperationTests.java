package io.pmboot.actuate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.pmboot.GroupStartFailedException;
import io.pmboot.OperationRefusedException;
import io.pmboot.test.HttpAnswer;
import org.json.JSONException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skyscreamer.jsonassert.JSONAssert;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Scale, restart, stop and start over HTTP.
 */
class GroupOperationTests extends AbstractMasterHttpTests {

	private static final String PM = "/actuator/pm/";

	private final ExecutorService clients = Executors.newCachedThreadPool();

	@AfterAll
	void stopClients() {
		this.clients.shutdownNow();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			scale   | {"group":"jobs","children":4}      | scale jobs 4
			scale   | {"group":"jobs","children":0}      | scale jobs 0
			restart | {"group":"jobs"}                   | restart jobs
			restart | {"group":"jobs","index":1}         | restart jobs 1
			stop    | {"group":"jobs"}                   | stop jobs
			start   | {"group":"jobs"}                   | start jobs
			""")
	void operationAnswersWithTheStatusOfTheGroup(String word, String body, String operation) throws JSONException {
		HttpAnswer response = RawRequest.json(PM + word, body).send(port());
		assertThat(response.status()).isEqualTo(202);
		assertThat(response.header("content-type")).startsWithIgnoringCase("application/json");
		assertThat(master().operations()).containsExactly(operation);
		JSONAssert.assertEquals(
				"""
						{"name":"jobs","state":"RUNNING","generation":1,"copied":false,"children":0,"listen":[],"workers":[]}""",
				response.body(), true);
	}

	@Test
	void answerIsWhatAStatusRequestWouldSay() throws JSONException {
		String status = RawRequest.get(PM + "web").send(port()).body();
		assertThat(status).contains("READY").contains("forked after exit code 1");
		JSONAssert.assertEquals(status, RawRequest.json(PM + "stop", "{\"group\":\"web\"}").send(port()).body(), true);
	}

	@Test
	void scaleToTheNumberOfProcessors() {
		assertThat(RawRequest.json(PM + "scale", "{\"group\":\"web\",\"children\":\"auto\"}").send(port()).status())
			.isEqualTo(202);
		assertThat(master().operations()).containsExactly("scale web " + Runtime.getRuntime().availableProcessors());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					scale   | {"children":3}                    | 'group' is missing: it must be the name of a group
					scale   | {"group":"web"}                   | 'children' is missing: it must be a number from 0 to 1000
					scale   | {}                                | 'group' is missing
					scale   | {"group":"web","children":-1}     | from 0 to 1000, or "auto", not -1
					scale   | {"group":"web","children":1001}   | from 0 to 1000, or "auto", not 1001
					scale   | {"group":"web","children":99999999999} | 'children' must be a number from 0 to 1000
					scale   | {"group":"web","children":1e99}   | 'children' must be a number
					scale   | {"group":"web","children":2.5}    | 'children' must be a number
					scale   | {"group":"web","children":"3"}    | 'children' must be a number from 0 to 1000, or "auto", not 3
					scale   | {"group":"web","children":"all"}  | 'children' must be a number
					scale   | {"group":"web","children":null}   | 'children' must be a number
					scale   | {"group":"web","children":true}   | 'children' must be a number
					scale   | {"group":"web","children":[3]}    | 'children' must be a number
					scale   | {"group":"web","childern":3}      | Unknown property 'childern' in the body; a scale takes 'group', 'children'
					scale   | {"group":5,"children":3}          | 'group' must be the name of a group, as a string, not 5
					scale   | 3                                 | not a JSON object such as {"group":"web","children":3}
					restart | {"index":0}                       | 'group' is missing
					restart | {"group":"web","index":"0"}       | 'index' must be the number of a worker, from 0, not 0
					restart | {"group":"web","index":null}      | 'index' must be
					restart | {"group":"web","index":0.5}       | 'index' must be
					restart | {"group":"web","pid":4711}        | Unknown property 'pid' in the body; a restart takes 'group', 'index'
					stop    | {}                                | 'group' is missing
					stop    | {"group":null}                    | 'group' must be
					stop    | {"group":"web","wait":true}       | Unknown property 'wait' in the body; a stop takes 'group'
					start   | {"group":["web"]}                 | 'group' must be
					start   | []                                | not a JSON object such as {"group":"web"}
					""")
	void bodyThatIsNotUnderstoodIsRefused(String word, String body, String reason) {
		assertRefused(RawRequest.json(PM + word, body), 400, reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "scale", "restart", "stop", "start" })
	void bareRequestIsRefused(String word) {
		assertRefused(RawRequest.post(PM + word), 400, "'group' is missing");
	}

	@ParameterizedTest
	@ValueSource(strings = { "scale", "restart", "stop", "start" })
	void otherContentOrMethodOrSizeIsRefused(String word) {
		assertRefused(RawRequest.of("POST", PM + word, "group=web")
			.header("Content-Type", "application/x-www-form-urlencoded")
			.sized(), 415, "A body must have Content-Type application/json");
		assertRefused(RawRequest.get(PM + word), 405, "A %s is asked for by POST, not GET".formatted(word));
		assertRefused(RawRequest.json(PM + word, "{\"group\":\"" + "w".repeat(64 * 1024) + "\"}"), 413,
				"larger than the 65536 bytes that a %s takes".formatted(word));
	}

	@ParameterizedTest
	@ValueSource(strings = { "scale", "restart", "stop", "start" })
	void requestOfAPageElsewhereIsRefused(String word) {
		String body = "{\"group\":\"web\",\"children\":1}";
		assertRefused(RawRequest.json(PM + word, body).header("Origin", "http://evil.example"), 403, "Origin");
		assertRefused(RawRequest.json(PM + word, body).header("Host", "evil.example"), 403, "Host");
	}

	@ParameterizedTest
	@CsvSource({ "scale, ',\"children\":1'", "restart, ''", "stop, ''", "start, ''" })
	void unknownGroupNamesThoseThatThereAre(String word, String more) throws JSONException {
		HttpAnswer response = RawRequest.json(PM + word, "{\"group\":\"wep\"%s}".formatted(more)).send(port());
		assertThat(response.status()).isEqualTo(404);
		JSONAssert.assertEquals("""
				{"error":"There is no group 'wep'; there are: web, jobs","groups":["web","jobs"]}""", response.body(),
				true);
	}

	@ParameterizedTest
	@CsvSource({ "scale, ',\"children\":1'", "restart, ''", "restart, ',\"index\":0'", "stop, ''", "start, ''" })
	void refusalNamesTheReloadThatIsInTheWay(String word, String more) throws JSONException {
		master().refuse(new OperationRefusedException("Group 'web' is being reloaded (web-7)", "web-7"));
		HttpAnswer response = RawRequest.json(PM + word, "{\"group\":\"web\"%s}".formatted(more)).send(port());
		assertThat(response.status()).isEqualTo(409);
		JSONAssert.assertEquals("""
				{"error":"Group 'web' is being reloaded (web-7)","running":"web-7"}""", response.body(), true);
	}

	@Test
	void refusalForAnotherReasonNamesNoReload() throws JSONException {
		master().refuse(new OperationRefusedException("The master is stopping", null));
		HttpAnswer response = RawRequest.json(PM + "stop", "{\"group\":\"web\"}").send(port());
		assertThat(response.status()).isEqualTo(409);
		JSONAssert.assertEquals("{\"error\":\"The master is stopping\"}", response.body(), true);
	}

	@Test
	void workerThatThereIsNotIsABadRequest() {
		master().refuse(new IllegalArgumentException("Group 'web' has no worker 7"));
		assertRefused(RawRequest.json(PM + "restart", "{\"group\":\"web\",\"index\":7}"), 400, "no worker 7");
	}

	@Test
	void startAnswersWhenItHasEnded() throws Exception {
		CompletableFuture<Void> startable = new CompletableFuture<>();
		master().startsWith(startable);
		CompletableFuture<HttpAnswer> response = RawRequest.json(PM + "start", "{\"group\":\"jobs\"}")
			.sendLater(port(), this.clients);
		assertThat(master().awaitOperation()).isEqualTo("start jobs");
		assertThat(response).isNotDone();
		startable.complete(null);
		assertThat(response.get(30, TimeUnit.SECONDS).status()).isEqualTo(202);
	}

	@Test
	void startThatFailsSaysWhy() throws JSONException {
		master().startsWith(CompletableFuture
			.failedFuture(new GroupStartFailedException("web", "Group 'web' cannot listen on 8080: in use", null)));
		HttpAnswer response = RawRequest.json(PM + "start", "{\"group\":\"web\"}").send(port());
		assertThat(response.status()).isEqualTo(500);
		JSONAssert.assertEquals("{\"error\":\"Group 'web' cannot listen on 8080: in use\"}", response.body(), true);
	}

	@Test
	void startThatIsCancelledIsAConflict() {
		master().startsWith(CompletableFuture
			.failedFuture(new OperationRefusedException("The start of group 'web' was cancelled", null)));
		HttpAnswer response = RawRequest.json(PM + "start", "{\"group\":\"web\"}").send(port());
		assertThat(response.status()).isEqualTo(409);
		assertThat(response.body()).contains("cancelled");
	}

	private void assertRefused(RawRequest request, int status, String reason) {
		HttpAnswer response = request.send(port());
		assertThat(response.status()).isEqualTo(status);
		assertThat(response.header("content-type")).startsWithIgnoringCase("application/json");
		assertThat(response.body().replace("\\\"", "\"")).startsWith("{\"error\":\"").contains(reason);
		assertThat(master().operations()).isEmpty();
	}

}
