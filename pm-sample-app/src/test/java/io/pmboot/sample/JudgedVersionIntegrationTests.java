package io.pmboot.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.pmboot.test.FailureKind;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.ReloadPart;
import io.pmboot.test.MasterStatus.WorkerPart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of new versions whose answers fail, and what their users see. */
@FullOnly
class JudgedVersionIntegrationTests {

	private static final int RELOADS = 20;

	@TempDir
	private Path configuration;

	private MasterProcess master;

	@BeforeEach
	void start() throws Exception {
		configure(0);
		this.master = Sample.ready((sample) -> sample.withoutJpa()
			.property("spring.config.additional-location", "file:" + this.configuration + "/")
			.property("pm.groups.web.reload.observe", "10s"));
	}

	@AfterEach
	void close() throws Exception {
		if (this.master != null) {
			this.master.close();
		}
	}

	@Test
	void aVersionThatFailsIsTakenBack() throws Exception {
		judge(100, false);
	}

	@Test
	void aVersionOfWhichAThirdFailsIsTakenBackAndOneThatDoesNotFailCompletes() throws Exception {
		judge(30, false);
		judge(0, true);
	}

	private void judge(int percent, boolean good) throws Exception {
		configure(percent);
		try (LoadClient clients = load()) {
			clients.awaitAnswers(200);
			ReloadPart reload = this.master.reload("web");
			clients.awaitAnswers(10);
			LoadResult result = clients.stop();
			System.out.println("A version of which %d %% fail: %s, %d of %d answers failed; %s".formatted(percent,
					reload.outcome(), result.failureCount(), result.successCount() + result.failureCount(),
					reload.cause()));
			if (good) {
				assertThat(reload.outcome()).as(reload.toString()).isEqualTo("COMPLETED");
				assertThat(result.failureCount()).as(result.toString()).isZero();
			}
			else {
				assertThat(reload.outcome()).as(reload.toString()).isIn("FAILED", "ROLLED_BACK");
				assertThat(reload.cause()).contains("answers worse");
				assertThat(result.failures().keySet()).as(result.toString()).containsExactly(FailureKind.STATUS);
			}
		}
	}

	@Test
	void aCanaryHoldsUntilItIsPromoted() throws Exception {
		try (LoadClient clients = load()) {
			clients.awaitAnswers(10);
			HttpAnswer begun = this.master.post("/actuator/pm/reload",
					"{\"group\":\"web\",\"canary\":1,\"observe\":\"1s\"}");
			assertThat(begun.status()).as(begun.body()).isEqualTo(202);
			this.master.output().await(": HOLDING", MasterProcess.TIMEOUT);
			this.master.awaitGroup("web", "held",
					(group) -> group.workers().stream().map(WorkerPart::generation).toList().equals(List.of(2, 1)));
			clients.awaitAnswers(50);
			HttpAnswer status = this.master.request("GET", "/actuator/pm/web", Map.of(), "");
			assertThat(status.body()).contains("\"holding\":true", "\"failedPercent\":0.0");
			HttpAnswer promoted = this.master.post("/actuator/pm/promote", "{\"group\":\"web\",\"wait\":true}");
			assertThat(promoted.status()).as(promoted.body()).isEqualTo(200);
			assertThat(this.master.group("web").workers()).allMatch((worker) -> worker.generation() == 2);
			LoadResult result = clients.stop();
			assertThat(result.failureCount()).as(result.toString()).isZero();
		}
	}

	@Test
	void aGoodVersionThatAlwaysHadFailuresCompletesEachTime() throws Exception {
		configure(5);
		try (LoadClient clients = load()) {
			clients.awaitAnswers(200);
			for (int i = 0; i <= RELOADS; i++) {
				ReloadPart reload = this.master.reload("web");
				assertThat(reload.outcome()).as(reload.toString()).isEqualTo("COMPLETED");
			}
			LoadResult result = clients.stop();
			System.out.println("%d reloads of a version of which 5 %% fail: completed; %s".formatted(RELOADS, result));
		}
	}

	private LoadClient load() throws Exception {
		return LoadClient.on(this.master.port()).connectionPerRequest(4).keepAlive(4).start();
	}

	// What the next worker reads when it starts.
	private void configure(int percent) throws Exception {
		Files.writeString(this.configuration.resolve("application.properties"), "sample.fail-percent=" + percent);
	}

}
