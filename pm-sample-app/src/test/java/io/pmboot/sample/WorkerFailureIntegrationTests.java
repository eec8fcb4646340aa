package io.pmboot.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FailureKind;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.RequestFailedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the master makes of workers that die, and of workers that never get ready. */
class WorkerFailureIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static MasterProcess master;

	@BeforeAll
	static void start() throws Exception {
		master = Sample.ready((sample) -> {
			if (Boolean.getBoolean("pm.full")) {
				failing(sample, "throws", "--sample.fail-at-start=true");
				failing(sample, "leaves", "--sample.exit-at-start=0");
			}
		});
	}

	private static void failing(ApplicationLaunch sample, String group, String fault) {
		sample.quick(group, false)
			.property("pm.groups." + group + ".children", 1)
			.property("pm.groups." + group + ".pause-after-fatal", "5s")
			.property("pm.groups." + group + ".arguments[1]", fault);
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@FullOnly
	@Test
	void failingStartGivesUpAfterFiveExits() throws Exception {
		givesUpAfterFiveExits("throws", 1);
	}

	@FullOnly
	@Test
	void startThatExitsWithCodeZeroGivesUpAsWell() throws Exception {
		givesUpAfterFiveExits("leaves", 0);
	}

	private static void givesUpAfterFiveExits(String group, int code) throws Exception {
		List<Long> web = master.pids("web");
		String giveup = master.output().await("Group " + group + " gave up", MasterProcess.TIMEOUT);
		assertThat(giveup).contains("gave up after 5 fatal exits and pauses for PT5S");
		List<String> exits = Pattern.compile("pid (\\d+) exit code " + code)
			.matcher(giveup)
			.results()
			.map(MatchResult::group)
			.toList();
		assertThat(exits).hasSize(5).doesNotHaveDuplicates();
		for (String exit : exits) {
			String pid = exit.substring(0, exit.indexOf(" exit"));
			master.output().await("Audit: %s-0 %s exited, FATAL, exit code %d".formatted(group, pid, code), TIMEOUT);
		}
		master.output().await("Audit: " + group + " gave up for 5 s", TIMEOUT);
		// It gives up again and again, and is up for a moment in between.
		Await.until(MasterProcess.TIMEOUT, "health is DOWN because of " + group, () -> {
			HttpAnswer health = master.request("GET", "/actuator/health", Map.of(), "");
			return health.status() == 503 && health.body()
				.contains("\"%s\":{\"state\":\"GIVEN_UP\",\"reason\":\"5 fatal exits".formatted(group));
		}, master.output()::text);
		master.awaitGroup(group, "tries again",
				(status) -> status.workers()
					.stream()
					.anyMatch((worker) -> worker.pid() > 0 && !giveup.contains("pid " + worker.pid() + " ")));
		assertThat(master.pids("web")).as("the other group is undisturbed").isEqualTo(web);
	}

	@Test
	void killedWorkerIsReplacedAndOnlyItsRequestsFail() throws Exception {
		List<Long> before = master.pids("web");
		long victim = before.get(0);
		List<HttpConnection> connections = new ArrayList<>();
		try (LoadClient load = LoadClient.on(master.port()).connectionPerRequest(8).keepAlive(8).start()) {
			load.awaitAnswers(10);
			List<Boolean> servedByVictim = new ArrayList<>();
			while (servedByVictim.size() < 200
					&& (servedByVictim.size() < 8 || !servedByVictim.containsAll(List.of(true, false)))) {
				HttpConnection connection = HttpConnection.open(master.port(), TIMEOUT);
				connections.add(connection);
				servedByVictim.add(connection.get("/pid").body().equals(Long.toString(victim)));
			}
			assertThat(servedByVictim).contains(true, false);
			for (HttpConnection connection : connections) {
				connection.send("GET", "/slow?ms=3000", Map.of(), "");
			}
			ApplicationProcess.signal(victim, "KILL");
			for (int i = 0; i < connections.size(); i++) {
				assertThat(fails(connections.get(i))).as("connection " + i).isEqualTo(servedByVictim.get(i));
			}
			master.awaitGroup("web", "has replaced it",
					(group) -> group.isComplete() && group.workers().stream().noneMatch((w) -> w.pid() == victim));
			load.awaitAnswers(10);
			LoadResult result = load.stop();
			// A client has one request in flight at most.
			assertThat(result.failureCount()).as(result.toString()).isLessThanOrEqualTo(16);
			assertThat(result.failures().keySet()).as(result.toString())
				.isSubsetOf(FailureKind.RESET, FailureKind.END_BEFORE_RESPONSE, FailureKind.CUT_SHORT);
		}
		finally {
			connections.forEach(HttpConnection::close);
		}
		assertThat(master.pids("web")).contains(before.get(1));
	}

	@FullOnly
	@Test
	void crashIsAnsweredAndThenTheWorkerIsReplaced() throws Exception {
		List<Long> before = master.pids("web");
		HttpAnswer answer = HttpConnection.once(master.port(), "POST", "/crash", Map.of(), "", TIMEOUT);
		assertThat(answer.status()).isEqualTo(200);
		master.awaitGroup("web", "complete again, with one that is new", (group) -> group.isComplete()
				&& group.workers().stream().filter((worker) -> !before.contains(worker.pid())).count() == 1);
	}

	@FullOnly
	@Test
	void workerThatDisconnectsFinishesWhatItHasAndIsReplacedAtOnce() throws Exception {
		List<Long> before = master.pids("web");
		try (HttpConnection connection = HttpConnection.open(master.port(), TIMEOUT)) {
			long leaving = Long.parseLong(connection.get("/pid").body());
			List<HttpConnection> slow = connectionsTo(leaving, 2);
			for (HttpConnection each : slow) {
				each.send("GET", "/slow?ms=3000", Map.of(), "");
			}
			connection.send("POST", "/disconnect", Map.of(), "");
			assertThat(connection.receive().body()).isEqualTo(Long.toString(leaving));
			master.awaitGroup("web", "has forked a successor beside it",
					(group) -> group.workers().stream().anyMatch((worker) -> !before.contains(worker.pid())));
			for (HttpConnection each : slow) {
				assertThat(each.receive().status()).isEqualTo(200);
				each.close();
			}
			master.awaitGroup("web", "complete again",
					(group) -> group.isComplete() && group.workers().stream().noneMatch((w) -> w.pid() == leaving));
			assertThat(master.output().await("pid %d) exited".formatted(leaving), TIMEOUT))
				.contains("exited: VOLUNTARY, exit code 0");
		}
	}

	private static List<HttpConnection> connectionsTo(long pid, int count) throws RequestFailedException {
		List<HttpConnection> found = new ArrayList<>();
		for (int i = 0; found.size() < count; i++) {
			assertThat(i).as("connections, to find " + count + " to one worker").isLessThan(200);
			HttpConnection connection = HttpConnection.open(master.port(), TIMEOUT);
			if (connection.get("/pid").body().equals(Long.toString(pid))) {
				found.add(connection);
			}
			else {
				connection.close();
			}
		}
		return found;
	}

	private static boolean fails(HttpConnection connection) {
		try {
			return connection.receive().status() != 200;
		}
		catch (RequestFailedException ex) {
			return true;
		}
	}

}
