package io.pmboot.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.LoadPart;
import io.pmboot.test.MasterStatus.WorkerPart;
import io.pmboot.test.RequestFailedException;
import io.pmboot.test.SlowRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers that hang in different ways, and what the master tells of those that do not.
 */
class HungWorkerIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int INTERVAL_MILLIS = 200;

	private static final int MAX_LOST = 40;

	private static final Duration ALLOWANCE = Duration.ofMillis(INTERVAL_MILLIS * (MAX_LOST + 1));

	@TempDir
	private static Path directory;

	private static MasterProcess master;

	@BeforeAll
	static void start() throws Exception {
		master = Sample.ready(HungWorkerIntegrationTests::settings);
	}

	private static void settings(ApplicationLaunch sample) {
		sample.property("pm.worker.heartbeat-interval", INTERVAL_MILLIS + "ms")
			.property("pm.groups.web.max-heartbeat-lost", MAX_LOST)
			.property("pm.master.status-file", directory.resolve("status"))
			.property("pm.master.status-interval", "100ms")
			.property("pm.master.pid-file", directory.resolve("run/app.pid"));
	}

	@AfterAll
	static void stop() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@Test
	void stoppedWorkerIsReplacedWhileTheOtherAnswers() throws Exception {
		long victim = master.pids("web").get(0);
		ApplicationProcess.suspend(victim);
		for (int i = 0; i < 50; i++) {
			assertThat(get("/pid").body()).isNotEqualTo(Long.toString(victim));
		}
		awaitReplaced(master, victim);
		assertThat(exitLine(master, victim)).contains("exited: FATAL, exit code 137 (SIGKILL)")
			.contains("it was hung: no heartbeat for")
			.contains("state T (stopped), threads: ")
			.contains("it did not dump its threads");
	}

	@Test
	void deadlockedWorkerIsReplacedAndItsDumpIsInTheLog() throws Exception {
		long victim = Long.parseLong(post("/deadlock").body());
		awaitReplaced(master, victim);
		assertThat(exitLine(master, victim)).contains("it was hung: its threads deadlock-one, deadlock-other wait for")
			.contains("its thread dump is in its output");
		assertThat(master.output().text()).contains("Full thread dump", "Found one Java-level deadlock",
				"\"deadlock-other\"");
	}

	@Test
	void workerThatRefusesTrafficAcceptsNothingUntilItAcceptsAgain() throws Exception {
		try (HttpConnection kept = HttpConnection.open(master.port(), TIMEOUT)) {
			kept.send("POST", "/availability?state=REFUSING_TRAFFIC", Map.of(), "");
			long refusing = Long.parseLong(kept.receive().body());
			Await.until(TIMEOUT, "tells that one accepts nothing", () -> status().contains("accepts nothing: "),
					HungWorkerIntegrationTests::status);
			assertThat(master.group("web").isComplete()).isTrue();
			for (int i = 0; i < 50; i++) {
				assertThat(get("/pid").body()).isNotEqualTo(Long.toString(refusing));
			}
			assertThat(health()).startsWith("200 ").contains("\"ready\":2", "\"serving\":1", "refuses traffic");
			kept.send("POST", "/availability?state=ACCEPTING_TRAFFIC", Map.of(), "");
			assertThat(kept.receive().status()).isEqualTo(200);
			Await.until(TIMEOUT, "it accepts again", () -> get("/pid").body().equals(Long.toString(refusing)),
					() -> master.output().text());
		}
	}

	@FullOnly
	@Test
	void brokenWorkerIsReplacedBySomeoneWhoServesBefore() throws Exception {
		long victim = Long.parseLong(post("/availability?state=BROKEN").body());
		boolean[] replaced = new boolean[1];
		Await.until(TIMEOUT, "is replaced while every request is answered", () -> {
			assertThat(get("/pid").status()).isEqualTo(200);
			assertThat(master.group("web").workers()).filteredOn((worker) -> "READY".equals(worker.state()))
				.hasSizeGreaterThanOrEqualTo(2);
			replaced[0] |= master.group("web").isComplete() && !master.pids("web").contains(victim);
			return replaced[0];
		}, () -> master.output().text());
		assertThat(exitLine(master, victim)).contains("exited: FATAL, exit code 0; it was to be replaced: ")
			.contains("LivenessState.BROKEN")
			.contains("its thread dump is in its output");
	}

	@FullOnly
	@Test
	void masterThatWasStoppedKillsNobody() throws Exception {
		List<Long> before = master.pids("web");
		ApplicationProcess.suspend(master.process().pid());
		try {
			long end = System.nanoTime() + ALLOWANCE.multipliedBy(2).toNanos();
			while (System.nanoTime() < end) {
				assertThat(get("/slow?ms=500").status()).isEqualTo(200);
			}
		}
		finally {
			ApplicationProcess.signal(master.process().pid(), "CONT");
		}
		Instant continued = Instant.now();
		master.awaitGroup("web", "was heard of for longer than the allowance",
				(group) -> group.workers()
					.stream()
					.allMatch((worker) -> loads(worker, (load) -> load.at().isAfter(continued.plus(ALLOWANCE)))));
		assertThat(master.pids("web")).isEqualTo(before);
	}

	@Test
	void statusTellsOfMemoryRequestsAndScores() throws Exception {
		long scored = Long.parseLong(post("/score?name=queue&value=2.5").body());
		assertThat(post("/score?name=&value=1").status()).isEqualTo(400);
		master.awaitGroup("web", "shows the score",
				(group) -> group.workers()
					.stream()
					.anyMatch((worker) -> worker.pid() == scored
							&& loads(worker, (load) -> load.scores().equals(Map.of("queue", 2.5)) && load.served() > 0
									&& load.residentSize() > 10_000_000 && load.inFlight() == 0)));
		CompletableFuture<HttpAnswer> slow = new SlowRequest(master.port(), Duration.ofSeconds(5)).send();
		master.awaitGroup("web", "shows the request in flight",
				(group) -> group.workers()
					.stream()
					.anyMatch((worker) -> loads(worker, (load) -> load.inFlight() == 1
							&& load.oldestInFlightMillis() != null && load.oldestInFlightMillis() > 500)));
		assertThat(slow.get().status()).isEqualTo(200);
	}

	@Test
	void statusFileIsAlwaysWholeAndThePidFileNamesTheMaster() throws Exception {
		long pid = master.process().pid();
		assertThat(directory.resolve("run/app.pid")).content().isEqualTo(pid + "\n");
		Path file = directory.resolve("status");
		List<String> seen = new ArrayList<>();
		Await.until(TIMEOUT, "the status file was written 10 times", () -> {
			String content = Files.readString(file);
			assertThat(content.lines()).isNotEmpty()
				.allSatisfy((line) -> assertThat(line).matches(pid + ":\tweb\t\\d+\t\\{\"index\":.*\\}"));
			assertThat(content).endsWith("}\n");
			if (!seen.contains(content)) {
				seen.add(content);
			}
			return seen.size() >= 10;
		}, () -> seen.toString());
	}

	@FullOnly
	@Test
	void workerWhoseRequestThreadsAreAllHeldIsReplaced() throws Exception {
		try (MasterProcess master = Sample.ready((sample) -> sample.property("pm.groups.web.max-request-time", "2s")
			.property("pm.groups.web.reload.drain-timeout", "2s")
			.property("pm.groups.web.children", 1)
			.property("server.tomcat.threads.max", 2));
				HttpConnection one = HttpConnection.open(master.port(), TIMEOUT);
				HttpConnection other = HttpConnection.open(master.port(), TIMEOUT)) {
			long victim = master.pids("web").get(0);
			one.send("GET", "/slow?ms=600000", Map.of(), "");
			other.send("GET", "/slow?ms=600000", Map.of(), "");
			awaitReplaced(master, victim);
			assertThat(exitLine(master, victim)).contains("exited: FATAL")
				.contains("it was to be replaced: all its 2 request threads are held by requests that run for longer");
			assertThat(master.output().text()).contains("A request holds its thread for ", "SampleController.slow(");
			assertThat(HttpConnection.once(master.port(), "GET", "/pid", Map.of(), "", TIMEOUT).status())
				.isEqualTo(200);
		}
	}

	@FullOnly
	@Test
	void workerInABusySafepointIsReplaced() throws Exception {
		try (MasterProcess master = Sample
			.ready((sample) -> sample.property("pm.worker.heartbeat-interval", INTERVAL_MILLIS + "ms")
				.property("pm.groups.web.max-heartbeat-lost", MAX_LOST / 2)
				.property("pm.groups.web.children", 1)
				.property("pm.groups.web.jvm-options", "-XX:+UseSerialGC,-Xmx256m,-XX:-UseCountedLoopSafepoints"))) {
			long victim = master.pids("web").get(0);
			HttpConnection.once(master.port(), "POST", "/spin", Map.of(), "", TIMEOUT);
			awaitReplaced(master, victim);
			assertThat(exitLine(master, victim)).contains("it was hung: no heartbeat for")
				.contains("state ")
				.contains("R spin")
				.contains("it did not dump its threads");
		}
	}

	private static void awaitReplaced(MasterProcess master, long victim) throws Exception {
		master.awaitGroup("web", "has replaced " + victim, (group) -> group.isComplete()
				&& group.workers().stream().noneMatch((worker) -> worker.pid() == victim));
	}

	private static String exitLine(MasterProcess master, long pid) throws Exception {
		return master.output().await("pid %d) exited".formatted(pid), TIMEOUT);
	}

	private static String health() throws RequestFailedException {
		HttpAnswer answer = master.request("GET", "/actuator/health/pm", Map.of(), "");
		return answer.status() + " " + answer.body();
	}

	private static String status() {
		try {
			return master.request("GET", "/actuator/pm", Map.of(), "").body();
		}
		catch (RequestFailedException ex) {
			return ex.toString();
		}
	}

	private static boolean loads(WorkerPart worker, Predicate<LoadPart> condition) {
		LoadPart load = worker.load();
		return load != null && condition.test(load);
	}

	private static HttpAnswer get(String target) throws Exception {
		return HttpConnection.once(master.port(), "GET", target, Map.of(), "", TIMEOUT);
	}

	private static HttpAnswer post(String target) throws Exception {
		return HttpConnection.once(master.port(), "POST", target, Map.of(), "", TIMEOUT);
	}

}
