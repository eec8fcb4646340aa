package io.pmboot.test;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** No test may leave a process behind, however badly the master behaves. */
class ApplicationProcessTests {

	@Test
	void orphansAreFoundAndKilled() throws Exception {
		String mark = UUID.randomUUID().toString();
		ProcessBuilder shell = new ProcessBuilder("sh", "-c", "sleep 300 & echo forked");
		shell.environment().put(ApplicationLaunch.MARK, mark);
		ApplicationProcess process = new ApplicationProcess(shell.start(), mark);
		try (process) {
			process.output().await("forked", MasterProcess.TIMEOUT);
			assertThat(process.awaitExit()).isZero();
			assertThat(process.family()).hasSize(1);
		}
		assertThat(process.family()).isEmpty();
	}

}
