package io.pmboot.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.IntFunction;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.FailureKind;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.ReloadPart;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of versions of which none, some and all answers fail, on one server.
 *
 * @param server what it is called
 * @param application how it is started
 * @param load clients of its port
 * @param configuration a folder for what a new version reads
 */
record JudgedVersions(String server, Consumer<ApplicationLaunch> application, IntFunction<LoadClient> load,
		Path configuration) {

	void areTakenBack() throws Exception {
		Path folder = Files.createDirectories(this.configuration.resolve("config"));
		try (MasterProcess master = MasterProcess
			.ready(this.application.andThen((launch) -> launch.property("pm.groups.web.reload.observe", "20s")
				.property("spring.config.additional-location", "file:" + folder + "/")))) {
			judge(master, folder, 100, false);
			judge(master, folder, 30, false);
			judge(master, folder, 0, true);
		}
	}

	private void judge(MasterProcess master, Path folder, int percent, boolean good) throws Exception {
		Files.writeString(folder.resolve("application.properties"), "load.fail-percent=" + percent);
		try (LoadClient clients = this.load.apply(master.port()).start()) {
			clients.awaitAnswers(200);
			ReloadPart reload = master.reload("web");
			clients.awaitAnswers(10);
			LoadResult result = clients.stop();
			System.out.println("A version on %s of which %d %% fail: %s, %d of %d answers failed; %s".formatted(
					this.server, percent, reload.outcome(), result.failureCount(),
					result.successCount() + result.failureCount(), reload.cause()));
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

}
