package io.pmboot.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.pmboot.test.FailureKind;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.GroupPart;
import io.pmboot.test.MasterStatus.ReloadPart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client sees of new versions that fail when they serve already. */
@FullOnly
class RollbackIntegrationTests {

	@TempDir
	private static Path configuration;

	private static MasterProcess master;

	@BeforeAll
	static void start() throws Exception {
		configure();
		master = Sample
			.ready((sample) -> sample.property("spring.config.additional-location", "file:" + configuration + "/")
				.property("pm.groups.web.reload.observe", "3s"));
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@Test
	void failureInTheSecondSlotTakesTheFirstOneBackAndLosesNoRequest() throws Exception {
		int good = master.group("web").generation();
		// The generation that is good is good when it is started again, too.
		configure("sample.fail-at-start=${fault.${PM_WORKER_INDEX}.${PM_WORKER_GENERATION}:false}",
				"fault.1.%d=true".formatted(next()));
		try (LoadClient load = load()) {
			load.awaitAnswers(10);
			ReloadPart reload = master.reload("web");
			assertThat(reload.outcome()).as(reload + master.output().text()).isEqualTo("ROLLED_BACK");
			assertThat(reload.cause()).contains("exit code 1", "The sample fails at start")
				.endsWith("1 of 2 slots had been replaced and went back to generation " + good);
			assertServes(good);
			load.awaitAnswers(10);
			LoadResult result = load.stop();
			System.out.println("Load across a rollback: " + result);
			assertThat(result.failureCount()).as(result + master.output().text()).isZero();
		}
	}

	@Test
	void crashOfASuccessorThatIsObservedCostsOnlyWhatItHadInFlight() throws Exception {
		int good = master.group("web").generation();
		List<Long> before = master.pids("web");
		configure("sample.crash-after=1s");
		try (LoadClient load = load()) {
			load.awaitAnswers(10);
			ReloadPart reload = master.reload("web");
			assertThat(reload.outcome()).as(reload + master.output().text()).isEqualTo("FAILED");
			assertThat(reload.cause()).contains("exited before the reload was over: exit code 1");
			load.awaitAnswers(10);
			LoadResult result = load.stop();
			System.out.println("Load across a crash: " + result);
			// A client has one request in flight at most.
			assertThat(result.failureCount()).as(result.toString()).isLessThanOrEqualTo(4);
			assertThat(result.failures().keySet()).as(result.toString())
				.isSubsetOf(FailureKind.RESET, FailureKind.END_BEFORE_RESPONSE, FailureKind.CUT_SHORT);
		}
		assertServes(good);
		assertThat(master.pids("web")).isEqualTo(before);
	}

	@Test
	void rollbackByHandGoesBackOnce() throws Exception {
		int good = master.group("web").generation();
		assertThat(master.group("web").copied()).isTrue();
		configure();
		assertThat(master.reload("web").outcome()).isEqualTo("COMPLETED");
		HttpAnswer answer = master.post("/actuator/pm/rollback", "{\"group\":\"web\",\"wait\":true}");
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertServes(good);
		HttpAnswer again = master.post("/actuator/pm/rollback", "{\"group\":\"web\"}");
		assertThat(again.status()).as(again.body()).isEqualTo(409);
	}

	private static LoadClient load() throws Exception {
		return LoadClient.on(master.port()).connectionPerRequest(2).keepAlive(2).start();
	}

	// Each reload has a number of its own, whatever became of those before.
	private static int next() {
		return 2 + master.output()
			.matching("Audit: reload web-")
			.stream()
			.filter((l) -> l.endsWith(" started"))
			.toList()
			.size();
	}

	private static void assertServes(int generation) throws Exception {
		GroupPart group = master.group("web");
		assertThat(group.isComplete()).as(group.toString()).isTrue();
		assertThat(group.generation()).isEqualTo(generation);
		assertThat(group.workers()).allMatch((worker) -> worker.generation() == generation);
	}

	// What the next worker reads when it starts.
	private static void configure(String... lines) throws Exception {
		Files.write(configuration.resolve("application.properties"), List.of(lines));
	}

}
