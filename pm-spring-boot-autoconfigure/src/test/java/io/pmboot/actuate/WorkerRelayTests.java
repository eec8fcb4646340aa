package io.pmboot.actuate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.master.WorkerActuator;
import io.pmboot.test.HttpAnswer;
import io.pmboot.web.PrivateConnector;
import org.json.JSONException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skyscreamer.jsonassert.JSONAssert;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the master relays to the Actuators of its workers.
 */
class WorkerRelayTests extends AbstractMasterHttpTests {

	private static final String WORKERS = "/actuator/pm/workers/";

	private static final String JSON = "HTTP/1.1 200 \r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

	@Test
	void whatIsBetweenTheEndsArrives() throws Exception {
		try (FakeWorkerActuator worker = worker(0, 1,
				"HTTP/1.1 418 \r\nX-Own: a\r\nX-Own: b\r\nX-Hop: c\r\nConnection: close, X-Hop\r\nContent-Length: 3\r\n\r\ntea")) {
			HttpAnswer answer = RawRequest.get(WORKERS + "web/0/loggers/a%20b?generation=1&x=%20y")
				.header("Authorization", "Bearer z")
				.header("Keep-Alive", "timeout=5")
				.send(port());
			assertThat(answer.status()).isEqualTo(418);
			assertThat(answer.body()).isEqualTo("tea");
			assertThat(answer.headers().get("x-own")).containsExactly("a", "b");
			assertThat(answer.headers()).doesNotContainKey("x-hop");
			assertThat(worker.awaitRequest()).startsWith("GET /manage/loggers/a%20b?x=%20y HTTP/1.1\r\n")
				.containsIgnoringCase("\r\nAuthorization: Bearer z\r\n")
				.containsIgnoringCase("\r\nHost: localhost:" + port())
				.containsIgnoringCase("\r\nConnection: close\r\n")
				.doesNotContainIgnoringCase("Keep-Alive")
				.endsWith("\r\n\r\n");
		}
	}

	@Test
	void aBodyIsPassedOnWithItsLengthOrInChunks() throws Exception {
		try (FakeWorkerActuator worker = worker(0, 1, "HTTP/1.1 204 \r\n\r\n")) {
			String level = "{\"configuredLevel\":\"DEBUG\"}";
			assertThat(RawRequest.json(WORKERS + "web/0/loggers/a", level).send(port()).status()).isEqualTo(204);
			assertThat(worker.awaitRequest()).startsWith("POST /manage/loggers/a HTTP/1.1\r\n")
				.containsIgnoringCase("\r\nContent-Type: application/json\r\n")
				.endsWith("\r\n\r\n" + level);
			RawRequest chunked = RawRequest.of("PUT", WORKERS + "web/0/loggers/a", level).chunked();
			assertThat(chunked.send(port()).status()).isEqualTo(204);
			assertThat(worker.awaitRequest()).startsWith("PUT ").contains(level).endsWith("\r\n0\r\n\r\n");
		}
	}

	@Test
	void theWorkerOfAnotherGenerationIsAskedByItsNumber() throws Exception {
		try (FakeWorkerActuator next = new FakeWorkerActuator(socket(12), JSON + "2\r\n{}\r\n0\r\n\r\n");
				FakeWorkerActuator last = new FakeWorkerActuator(socket(11), "HTTP/1.1 204 \r\n\r\n")) {
			master().actuators(actuator(0, 2, 12), actuator(0, 1, 11));
			assertThat(RawRequest.get(WORKERS + "web/0/loggers").send(port()).body()).isEqualTo("{}");
			assertThat(next.awaitRequest()).startsWith("GET /manage/loggers ");
			assertThat(RawRequest.get(WORKERS + "web/0/loggers?generation=1").send(port()).status()).isEqualTo(204);
			assertThat(last.awaitRequest()).startsWith("GET /manage/loggers ");
		}
	}

	@Test
	void allAreAskedSideBySide() throws Exception {
		try (FakeWorkerActuator first = new FakeWorkerActuator(socket(11), JSON + "7\r\n{\"a\":1}\r\n0\r\n\r\n");
				FakeWorkerActuator second = new FakeWorkerActuator(socket(12),
						"HTTP/1.1 503 \r\nContent-Length: 4\r\n\r\nbusy")) {
			master().actuators(actuator(0, 2, 11), actuator(1, 2, 12), actuator(2, 2, 13));
			HttpAnswer answer = RawRequest.json(WORKERS + "web/*/loggers", "{}").send(port());
			assertThat(answer.status()).isEqualTo(502);
			JSONAssert.assertEquals("""
					{"workers":[{"index":0,"generation":2,"pid":11,"status":200,"body":{"a":1}},
					{"index":1,"generation":2,"pid":12,"status":503,"body":"busy"},
					{"index":2,"generation":2,"pid":13,"status":502}]}""", answer.body(), false);
			assertThat(answer.body()).contains("Worker web-2 (generation 2, pid 13) could not be asked: ");
			assertThat(first.awaitRequest()).startsWith("POST ").endsWith("{}");
			assertThat(second.awaitRequest()).startsWith("POST ").endsWith("{}");
		}
	}

	// With and without the head being on its way already.
	@ParameterizedTest
	@ValueSource(ints = { 4, 100_000 })
	void anAnswerThatBreaksOffDoesNotLookWhole(int length) throws Exception {
		try (FakeWorkerActuator worker = worker(0, 1, JSON + "fffff\r\n" + "x".repeat(length))) {
			assertThat(statusUnlessBroken(RawRequest.get(WORKERS + "web/0/loggers"))).isIn(null, 500);
			assertThat(worker.awaitRequest()).startsWith("GET ");
		}
	}

	private @Nullable Integer statusUnlessBroken(RawRequest request) {
		try {
			return request.send(port()).status();
		}
		catch (IllegalStateException ex) {
			return null;
		}
	}

	@Test
	void whoIsNotThereIsNamed() throws JSONException {
		master().actuators(actuator(0, 1, 4711));
		HttpAnswer unknown = RawRequest.get(WORKERS + "wep/0/loggers").send(port());
		assertThat(unknown.status()).isEqualTo(404);
		JSONAssert.assertEquals("{\"groups\":[\"web\",\"jobs\"]}", unknown.body(), false);
		assertThat(RawRequest.get(WORKERS + "web/1/loggers").send(port()).body())
			.contains("has no worker 1; it has: 0 (generation 1, READY)");
		assertThat(RawRequest.get(WORKERS + "web/0/heapdump").send(port()).body()).contains("it exposes: loggers");
		assertThat(RawRequest.get(WORKERS + "web/0/loggers/%2e%2e/api").send(port()).status()).isEqualTo(400);
		HttpAnswer gone = RawRequest.get(WORKERS + "web/0/loggers").send(port());
		assertThat(gone.status()).isEqualTo(502);
		assertThat(gone.body()).contains("Worker web-0 (generation 1, pid 4711) could not be asked: ");
	}

	@Test
	void whatAWorkerHasIsListedAsActuatorDoes() throws JSONException {
		master().actuators(actuator(0, 2, 4711));
		HttpAnswer index = RawRequest.get(WORKERS + "web/0").send(port());
		assertThat(index.status()).isEqualTo(200);
		assertThat(index.headers().get("content-type")).containsExactly("application/vnd.spring-boot.actuator.v3+json");
		String self = "http://localhost:" + port() + WORKERS + "web/0";
		JSONAssert.assertEquals("""
				{"_links":{"self":{"href":"%1$s","templated":false},
				"loggers":{"href":"%1$s/loggers","templated":false}}}""".formatted(self), index.body(), true);
		assertThat(RawRequest.get(WORKERS + "web/0/?generation=2").send(port()).body())
			.contains("\"" + self + "/loggers?generation=2\"");
		HttpAnswer refused = RawRequest.json(WORKERS + "web/0", "{}").send(port());
		assertThat(refused.status()).isEqualTo(405);
		assertThat(String.join(",", refused.headers().get("allow"))).contains("GET", "HEAD");
		assertThat(RawRequest.get(WORKERS + "web/1").send(port()).status()).isEqualTo(404);
	}

	@Test
	void ofTheListTheHeadAloneCanBeAskedFor() throws IOException {
		master().actuators(actuator(0, 2, 4711));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
			socket.getOutputStream()
				.write("HEAD %sweb/0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(WORKERS)
					.getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n").doesNotContain("_links");
		}
	}

	@Test
	void whatAWorkerHasIsListedByTheUrlThatAProxyWasAskedBy() {
		master().actuators(actuator(0, 2, 4711));
		HttpAnswer index = RawRequest.get(WORKERS + "web/0")
			.header("X-Forwarded-Proto", "https")
			.header("X-Forwarded-Host", "shop.example")
			.header("X-Forwarded-Prefix", "/ops")
			.send(port());
		assertThat(index.body()).contains("\"https://shop.example/ops" + WORKERS + "web/0/loggers\"");
		HttpAnswer unreadable = RawRequest.get(WORKERS + "web/0").header("X-Forwarded-Port", "x").send(port());
		assertThat(unreadable.status()).isEqualTo(400);
		assertThat(unreadable.body()).contains("cannot be read");
	}

	@Test
	void whoNoLongerWaitsHoldsUpNobody() throws Exception {
		try (FakeWorkerActuator worker = worker(0, 1, "HTTP/1.1 204 \r\n\r\n")) {
			WorkerRelay relay = new WorkerRelay(master(), runDirectory());
			List<CompletableFuture<WorkerRelay.Relayed>> left = Stream.generate(() -> relay.relay(request()))
				.limit(WorkerRelay.MAX_REQUESTS + WorkerRelay.MAX_WAITING - 1)
				.toList();
			for (CompletableFuture<WorkerRelay.Relayed> answer : left) {
				if (!answer.cancel(true)) {
					answer.get().body().close();
				}
			}
			assertThat(relay.relay(request()).get().status().value()).isEqualTo(204);
			assertThat(worker.awaitRequest()).startsWith("GET ");
		}
	}

	private static WorkerRelay.Request request() {
		return new WorkerRelay.Request("GET", "http://localhost" + WORKERS, "web/0/loggers", null, new HttpHeaders(),
				null);
	}

	@Test
	void theSocketOfAWorkerThatWasKilledIsRemoved() throws IOException {
		Path socket = Files.createFile(socket(4711));
		publish(new WorkerExitedEvent(FakeMaster.worker("web", 0, 4711, WorkerState.EXITED, null), new ExitStatus(137),
				ExitKind.KILLED, List.of()));
		assertThat(socket).doesNotExist();
	}

	private FakeWorkerActuator worker(int index, int generation, String answer) throws IOException {
		master().actuators(actuator(index, generation, 4711));
		return new FakeWorkerActuator(socket(4711), answer);
	}

	private static WorkerActuator actuator(int index, int generation, long pid) {
		return new WorkerActuator(new WorkerInfo("web", index, generation, false, pid, WorkerState.READY, false,
				FakeMaster.SINCE, null, null), Map.of("loggers", "/manage/loggers"));
	}

	private Path socket(long pid) {
		return PrivateConnector.actuatorOf(runDirectory(), pid);
	}

}
