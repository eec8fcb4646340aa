package io.pmboot.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.FailureKind;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.GroupPart;
import io.pmboot.test.RequestFailedException;
import io.pmboot.test.SlowRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What an operator does to a group that runs. Each test leaves it with one worker. */
class OperationsIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static MasterProcess master;

	@BeforeAll
	static void start() throws Exception {
		master = Sample.ready(
				(sample) -> sample.property("pm.groups.web.children", 1).property("pm.groups.web.may-reload", "echo"));
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@Test
	void scaleUpAndDownUnderLoadLosesNoRequest() throws Exception {
		try (LoadClient load = LoadClient.on(master.port())
			.connectionPerRequest(4)
			.keepAlive(4)
			.slow(2, Duration.ofMillis(700))
			.pausing(4, Duration.ofSeconds(1))
			.start()) {
			load.awaitAnswers(4);
			assertThat(post("scale", "{\"group\":\"web\",\"children\":2}").children()).isEqualTo(2);
			awaitWorkers(2);
			load.awaitAnswers(8);
			GroupPart scaled = post("scale", "{\"group\":\"web\",\"children\":1}");
			assertThat(scaled.workers()).extracting((worker) -> worker.index() + " " + worker.state())
				.containsExactly("0 READY", "1 DRAINING");
			awaitWorkers(1);
			load.awaitAnswers(4);
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result + System.lineSeparator() + master.output().text()).isZero();
		}
	}

	@Test
	void stoppedGroupRefusesConnectionsAndServesAgainOnItsPort() throws Exception {
		CompletableFuture<HttpAnswer> inFlight = new SlowRequest(master.port(), Duration.ofSeconds(3)).send();
		assertThat(post("stop", "{\"group\":\"web\"}").state()).isEqualTo("STOPPED");
		assertThat(inFlight.get().status()).isEqualTo(200);
		master.awaitGroup("web", "empty", (group) -> group.workers().isEmpty());
		assertThat(master.group("web").state()).isEqualTo("STOPPED");
		assertThatExceptionOfType(RequestFailedException.class)
			.isThrownBy(() -> HttpConnection.open(master.port(), TIMEOUT))
			.matches((ex) -> ex.kind() == FailureKind.REFUSED);
		assertThat(master.post("/actuator/pm/restart", "{\"group\":\"web\"}").status()).isEqualTo(409);
		assertThat(post("start", "{\"group\":\"web\"}").state()).isEqualTo("RUNNING");
		// A connection waits for the worker that is starting.
		assertThat(HttpConnection.once(master.port(), "GET", "/whoami", Map.of(), "", MasterProcess.TIMEOUT).status())
			.isEqualTo(200);
		awaitWorkers(1);
	}

	@FullOnly
	@Test
	void ttinAndTtouAddAndRemoveOneWorker() throws Exception {
		ApplicationProcess.signal(master.process().pid(), "TTIN");
		master.output().await("The master received SIGTTIN", MasterProcess.TIMEOUT);
		awaitWorkers(2);
		ApplicationProcess.signal(master.process().pid(), "TTOU");
		master.output().await("The master received SIGTTOU", MasterProcess.TIMEOUT);
		awaitWorkers(1);
		assertThat(master.group("jobs").children()).isZero();
	}

	@Test
	void restartOfOneAndOfAllUnderLoadLosesNoRequest() throws Exception {
		try (LoadClient load = LoadClient.on(master.port())
			.connectionPerRequest(4)
			.keepAlive(4)
			.slow(2, Duration.ofMillis(700))
			.pausing(4, Duration.ofSeconds(1))
			.start()) {
			load.awaitAnswers(4);
			restart("{\"group\":\"web\",\"index\":0}");
			post("scale", "{\"group\":\"web\",\"children\":2}");
			awaitWorkers(2);
			restart("{\"group\":\"web\"}");
			load.awaitAnswers(8);
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result + System.lineSeparator() + master.output().text()).isZero();
		}
		post("scale", "{\"group\":\"web\",\"children\":1}");
		awaitWorkers(1);
	}

	private static void restart(String json) throws Exception {
		List<Long> before = master.pids("web");
		AtomicLong least = new AtomicLong(Long.MAX_VALUE);
		post("restart", json);
		master.awaitGroup("web", "restarted", (group) -> {
			least.accumulateAndGet(group.ready(), Math::min);
			return group.isComplete() && group.workers().stream().noneMatch((worker) -> before.contains(worker.pid()));
		});
		assertThat(least).hasValueGreaterThanOrEqualTo(before.size());
	}

	@FullOnly
	@Test
	void workerHasAnotherGroupReloaded() throws Exception {
		HttpAnswer reloaded = HttpConnection.once(master.port(), "POST", "/reload?group=echo", Map.of(), "",
				MasterProcess.TIMEOUT);
		assertThat(reloaded.body()).matches("echo-\\d+ COMPLETED");
		assertThat(master.request("GET", "/actuator/pm/reloads", Map.of(), "").body())
			.contains("\"initiator\":\"WORKER\"");
		HttpAnswer refused = HttpConnection.once(master.port(), "POST", "/reload?group=jobs", Map.of(), "", TIMEOUT);
		assertThat(refused.status()).isEqualTo(409);
		assertThat(refused.body()).contains("pm.groups.web.may-reload lists echo");
	}

	private static GroupPart post(String operation, String json) throws Exception {
		HttpAnswer answer = master.post("/actuator/pm/" + operation, json);
		assertThat(answer.status()).as(answer.body()).isEqualTo(202);
		return JsonMapper.shared().readValue(answer.body(), GroupPart.class);
	}

	private static void awaitWorkers(int children) throws Exception {
		master.awaitGroup("web", "of " + children, (group) -> group.isComplete() && group.children() == children);
	}

}
