package io.pmboot.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.pmboot.Answers;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Initiator;
import io.pmboot.PendingReload;
import io.pmboot.ReloadOptions;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadRefusedException;
import io.pmboot.RolloutInfo;
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
 * The reload over HTTP.
 */
class ReloadOperationTests extends AbstractMasterHttpTests {

	private static final String ROLLBACK = "/actuator/pm/rollback";

	private static final String PROMOTE = "/actuator/pm/promote";

	private static final String CANCEL = "/actuator/pm/cancel";

	private final ExecutorService clients = Executors.newCachedThreadPool();

	@AfterAll
	void stopClients() {
		this.clients.shutdownNow();
	}

	@Test
	void bareReloadReloadsAllGroups() throws JSONException {
		HttpAnswer response = RawRequest.post(RELOAD).send(port());
		assertThat(response.status()).isEqualTo(202);
		assertThat(response.header("content-type")).startsWithIgnoringCase("application/json");
		JSONAssert.assertEquals("""
				{"reloads":[
				{"id":"reload-1","group":"web","fromGeneration":1,"toGeneration":2,"outcome":null,"cause":null},
				{"id":"reload-2","group":"jobs","fromGeneration":1,"toGeneration":2,"outcome":null,"cause":null}]}""",
				response.body(), true);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/x-www-form-urlencoded", "text/plain", "application/json", "nonsense" })
	void emptyBodyOfAnyTypeIsABareReload(String contentType) {
		RawRequest request = RawRequest.post(RELOAD).header("Content-Type", contentType).sized();
		assertThat(request.send(port()).status()).isEqualTo(202);
		assertThat(master().asked()).containsExactly("web", "jobs");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{}                             | web jobs
			{"wait":false}                 | web jobs
			{"group":"jobs"}               | jobs
			{ "wait" : false, "group":"web"} | web
			""")
	void reloadOfGroups(String body, String groups) {
		assertThat(RawRequest.json(RELOAD, body).send(port()).status()).isEqualTo(202);
		assertThat(master().asked()).containsExactly(groups.split(" "));
	}

	@Test
	void chunkedBodyIsRead() {
		RawRequest request = RawRequest.of("POST", RELOAD, "{\"group\":\"jobs\"}")
			.header("Content-Type", "application/json;charset=UTF-8")
			.chunked();
		assertThat(request.send(port()).status()).isEqualTo(202);
		assertThat(master().asked()).containsExactly("jobs");
	}

	@Test
	void waitAnswersWithTheOutcome() throws Exception {
		CompletableFuture<HttpAnswer> response = reloadAndWait("{\"group\":\"web\",\"wait\":true}");
		FakeMaster.finish(master().awaitReload(), ReloadOutcome.COMPLETED, null);
		assertThat(response.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
		JSONAssert.assertEquals("""
				{"reloads":[{"id":"reload-1","group":"web","fromGeneration":1,"toGeneration":2,
				"outcome":"COMPLETED","cause":null}]}""", response.get().body(), true);
	}

	@ParameterizedTest
	@CsvSource({ "FAILED", "ROLLED_BACK", "CANCELLED" })
	void waitForAReloadThatDoesNotCompleteIsAnError(ReloadOutcome outcome) throws Exception {
		CompletableFuture<HttpAnswer> response = reloadAndWait("{\"wait\":true}");
		FakeMaster.finish(master().awaitReload(), ReloadOutcome.COMPLETED, null);
		FakeMaster.finish(master().awaitReload(), outcome, "exit code 1: \"Übel\"\n\tat /opt/app.jar");
		assertThat(response.get(30, TimeUnit.SECONDS).status()).isEqualTo(500);
		JSONAssert.assertEquals("""
				{"reloads":[
				{"id":"reload-1","group":"web","fromGeneration":1,"toGeneration":2,"outcome":"COMPLETED","cause":null},
				{"id":"reload-2","group":"jobs","fromGeneration":1,"toGeneration":2,"outcome":"%s",
				"cause":"exit code 1: \\"Übel\\"\\n\\tat /opt/app.jar"}]}""".formatted(outcome), response.get().body(),
				true);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"group":"web","observe":"2m","maxSurge":"25%","canary":"10%","hold":true} | PT2M | 25% | 10% | true
			{"observe":1500,"maxSurge":2,"canary":1,"hold":false}                      | PT1.5S | 2 | 1 | false
			{}                                                                         | | | |
			""")
	void optionsOfAReloadReachTheMaster(String body, Duration observe, String maxSurge, String canary, Boolean hold) {
		assertThat(RawRequest.json(RELOAD, body).send(port()).status()).isEqualTo(202);
		assertThat(master().options()).isEqualTo(new ReloadOptions(observe, maxSurge, canary, hold));
	}

	@Test
	void optionThatTheMasterRefusesIsABadRequest() {
		master().refuse(new IllegalArgumentException("'canary' must be a number from 1 to 1000"));
		assertRefused(RawRequest.json(RELOAD, "{\"canary\":0}"), 400, "'canary' must be a number from 1 to 1000");
	}

	@Test
	void promoteNamesAReloadOrItsGroup() {
		RawRequest.json(RELOAD, "{\"group\":\"web\"}").send(port());
		assertThat(RawRequest.json(PROMOTE, "{\"id\":\"reload-1\"}").send(port()).status()).isEqualTo(202);
		assertThat(master().operations()).containsExactly("promote reload-1");
		assertThat(RawRequest.json(PROMOTE, "{\"id\":\"web-9\"}").send(port()).status()).isEqualTo(404);
		assertThat(RawRequest.json(PROMOTE, "{\"group\":\"wbe\"}").send(port()).status()).isEqualTo(404);
		assertThat(RawRequest.post(PROMOTE).send(port()).status()).isEqualTo(400);
		HttpAnswer none = RawRequest.json(PROMOTE, "{\"group\":\"web\"}").send(port());
		assertThat(none.status()).isEqualTo(409);
		assertThat(none.body()).contains("Group 'web' has no reload to promote: it is RUNNING");
		RolloutInfo rollout = new RolloutInfo("reload-1", 2, true, new Answers(200, 1, List.of(200L)), Answers.NONE);
		master().groups(new GroupInfo("web", GroupState.RELOADING, null, 1, false, 2, List.of(), List.of(), rollout));
		assertThat(RawRequest.json(PROMOTE, "{\"group\":\"web\"}").send(port()).status()).isEqualTo(202);
		assertThat(master().operations()).containsExactly("promote reload-1", "promote reload-1");
		assertThat(RawRequest.get("/actuator/pm/web").send(port()).body())
			.contains("\"rollout\":{\"id\":\"reload-1\",\"toGeneration\":2,\"holding\":true,\"newer\":{\"total\":200,"
					+ "\"failed\":1,\"failedPercent\":0.5,\"p50Millis\":0.07,\"p95Millis\":0.07,\"p99Millis\":0.07},"
					+ "\"others\":{\"total\":0,\"failed\":0,\"failedPercent\":0.0}}");
	}

	@Test
	void rollbackNeedsItsGroupAndMayWait() throws Exception {
		assertThat(RawRequest.post(ROLLBACK).send(port()).status()).isEqualTo(400);
		assertThat(RawRequest.json(ROLLBACK, "{\"group\":\"wbe\"}").send(port()).status()).isEqualTo(404);
		CompletableFuture<HttpAnswer> response = RawRequest.json(ROLLBACK, "{\"group\":\"web\",\"wait\":true}")
			.sendLater(port(), this.clients);
		PendingReload rollback = master().awaitReload();
		assertThat(rollback.started().initiator()).isEqualTo(Initiator.HTTP);
		FakeMaster.finish(rollback, ReloadOutcome.COMPLETED, null);
		assertThat(response.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
		JSONAssert.assertEquals("""
				{"reloads":[{"id":"rollback-1","group":"web","fromGeneration":1,"toGeneration":0,
				"outcome":"COMPLETED","cause":null}]}""", response.get().body(), true);
	}

	@Test
	void rollbackThatIsRefusedSaysWhy() {
		master().refuse(new ReloadRefusedException("Group 'web' cannot be rolled back", null));
		HttpAnswer response = RawRequest.json(ROLLBACK, "{\"group\":\"web\"}").send(port());
		assertThat(response.status()).isEqualTo(409);
		assertThat(response.body()).isEqualTo("{\"error\":\"Group 'web' cannot be rolled back\"}");
	}

	@Test
	void cancelNamesAReload() {
		RawRequest.json(RELOAD, "{\"group\":\"web\"}").send(port());
		assertThat(RawRequest.json(CANCEL, "{\"id\":\"reload-1\"}").send(port()).status()).isEqualTo(202);
		assertThat(master().operations()).containsExactly("cancel reload-1");
		HttpAnswer unknown = RawRequest.json(CANCEL, "{\"id\":\"web-9\"}").send(port());
		assertThat(unknown.status()).isEqualTo(404);
		assertThat(unknown.body()).contains("There is no reload 'web-9' among the last 20");
		assertThat(RawRequest.json(CANCEL, "{\"group\":\"web\"}").send(port()).status()).isEqualTo(400);
	}

	@Test
	void requestsThatWaitHoldNoThread() throws Exception {
		List<CompletableFuture<HttpAnswer>> responses = Stream
			.generate(() -> reloadAndWait("{\"group\":\"web\",\"wait\":true}"))
			.limit(THREADS * 3)
			.toList();
		List<PendingReload> reloads = new ArrayList<>();
		while (reloads.size() < responses.size()) {
			// More than there are threads, though none has been answered.
			reloads.add(master().awaitReload());
		}
		assertThat(RawRequest.get("/actuator/pm").send(port()).status()).isEqualTo(200);
		assertThat(responses).noneMatch(CompletableFuture::isDone);
		reloads.forEach((reload) -> FakeMaster.finish(reload, ReloadOutcome.COMPLETED, null));
		for (CompletableFuture<HttpAnswer> response : responses) {
			assertThat(response.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"group":"web"              | not a JSON object
					{"group":"web"} {}          | not a JSON object
					["web"]                     | not a JSON object
					"web"                       | not a JSON object
					null                        | not a JSON object
					5                           | not a JSON object
					` `                         | not a JSON object
					group=web                   | not a JSON object
					{"gruop":"web"}             | Unknown property 'gruop' in the body; a reload takes 'group', 'wait', 'observe', 'maxSurge', 'canary', 'hold'
					{"group":"web","force":true} | Unknown property 'force'
					{"Group":"web"}             | Unknown property 'Group'
					{"group":5}                 | 'group' must be the name of a group, as a string, not 5
					{"group":null}              | 'group' must be the name of a group, as a string, not null
					{"group":["web"]}           | 'group' must be
					{"group":{"group":"web"}}   | 'group' must be
					{"wait":"maybe"}            | 'wait' must be true or false, not maybe
					{"wait":"true"}             | 'wait' must be
					{"wait":1}                  | 'wait' must be
					{"wait":null}               | 'wait' must be
					{"hold":"yes"}              | 'hold' must be true or false, not yes
					{"observe":"soon"}          | 'observe' must be a duration such as \\"10s\\", or a number of milliseconds, not soon
					{"observe":true}            | 'observe' must be a duration
					{"observe":null}            | 'observe' must be a duration
					{"maxSurge":[1]}            | 'maxSurge' must be a number of slots, or a percentage of them
					{"canary":null}             | 'canary' must be a number of slots
					""")
	void bodyThatIsNotUnderstoodIsRefused(String body, String reason) {
		assertRefused(RawRequest.json(RELOAD, body), 400, reason);
	}

	@Test
	void deeplyNestedBodyIsRefused() {
		assertRefused(RawRequest.json(RELOAD, "{\"group\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}"), 400,
				"not a JSON object");
	}

	@Test
	void controlCharactersInABodyComeBackEscaped() throws JSONException {
		HttpAnswer response = RawRequest.json(RELOAD, "{\"a\\u0000\\\"\\n<b>\":1}").send(port());
		assertThat(response.status()).isEqualTo(400);
		JSONAssert.assertEquals(
				"""
						{"error":"Unknown property 'a\\u0000\\"\\n<b>' in the body; a reload takes 'group', 'wait', 'observe', 'maxSurge', 'canary', 'hold'"}""",
				response.body(), true);
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
			"application/octet-stream", "nonsense" })
	void bodyOfAnotherTypeIsRefused(String contentType) {
		RawRequest request = RawRequest.of("POST", RELOAD, "{\"group\":\"web\"}").header("Content-Type", contentType);
		assertRefused(request.sized(), 415, "A body must have Content-Type application/json");
		assertRefused(request.chunked(), 415, "A body must have Content-Type application/json");
	}

	@Test
	void bodyWithoutTypeIsRefused() {
		assertRefused(RawRequest.of("POST", RELOAD, "{\"group\":\"web\"}").sized(), 415, "not 'null'");
	}

	@Test
	void bodyThatIsTooLargeIsRefused() {
		String body = "{\"group\":\"" + "w".repeat(64 * 1024) + "\"}";
		assertRefused(RawRequest.json(RELOAD, body), 413, "larger than the 65536 bytes");
		assertRefused(RawRequest.of("POST", RELOAD, body).header("Content-Type", "application/json").chunked(), 413,
				"larger than the 65536 bytes");
	}

	@Test
	void reloadOfUnknownGroupNamesThoseThatThereAre() throws JSONException {
		HttpAnswer response = RawRequest.json(RELOAD, "{\"group\":\"wep\",\"wait\":true}").send(port());
		assertThat(response.status()).isEqualTo(404);
		JSONAssert.assertEquals("""
				{"error":"There is no group 'wep'; there are: web, jobs","groups":["web","jobs"]}""", response.body(),
				true);
	}

	@Test
	void reloadWhileOneIsRunningNamesIt() throws JSONException {
		master().refuse(new ReloadRefusedException("Group 'web' is being reloaded", "reload-7"));
		HttpAnswer response = RawRequest.post(RELOAD).send(port());
		assertThat(response.status()).isEqualTo(409);
		JSONAssert.assertEquals("""
				{"error":"Group 'web' is being reloaded","running":"reload-7"}""", response.body(), true);
	}

	@Test
	void reloadWhileTheMasterStopsIsRefused() throws JSONException {
		master().refuse(new ReloadRefusedException("The master is stopping", null));
		HttpAnswer response = RawRequest.post(RELOAD).send(port());
		assertThat(response.status()).isEqualTo(409);
		JSONAssert.assertEquals("{\"error\":\"The master is stopping\"}", response.body(), true);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "PUT", "DELETE" })
	void reloadByAnotherMethodIsRefused(String method) {
		RawRequest request = RawRequest.of(method, RELOAD, "");
		assertRefused(request, 405, "A reload is asked for by POST, not " + method);
		assertThat(request.send(port()).header("allow")).contains("POST");
	}

	private CompletableFuture<HttpAnswer> reloadAndWait(String body) {
		return RawRequest.json(RELOAD, body).sendLater(port(), this.clients);
	}

	private void assertRefused(RawRequest request, int status, String reason) {
		HttpAnswer response = request.send(port());
		assertThat(response.status()).isEqualTo(status);
		assertThat(response.header("content-type")).startsWithIgnoringCase("application/json");
		assertThat(response.body()).startsWith("{\"error\":\"").contains(reason);
		assertThat(master().asked()).isEmpty();
	}

}
