package io.pmboot.sample;

import java.util.List;

import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.FullOnly;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The master as process 1 of a namespace of its own, as in a container. */
@FullOnly
class ContainerIntegrationTests {

	private static final List<String> CONTAINER = List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child",
			"env", "--default-signal=INT,HUP");

	// Process 1 gets those signals alone that it handles.
	@ParameterizedTest
	@CsvSource({ "TERM, 143", "INT, 130" })
	void processOneReloadsAndStopsBySignals(String signal, int code) throws Exception {
		assumeTrue(new ProcessBuilder("unshare", "--pid", "--fork", "--mount-proc", "true").start().waitFor() == 0,
				"namespaces cannot be made here");
		try (MasterProcess master = Sample
			.ready((sample) -> sample.property("pm.groups.web.children", 1).startedBy(CONTAINER))) {
			assertThat(master.status().master().pid()).isEqualTo(1);
			master.output().await("This master is process 1", MasterProcess.TIMEOUT);
			long pid = ProcessHandle.of(master.process().pid())
				.orElseThrow()
				.children()
				.findFirst()
				.orElseThrow()
				.pid();
			ApplicationProcess.signal(pid, "HUP");
			master.awaitGroup("web", "reloaded", (web) -> web.generation() == 2 && web.isComplete());
			ApplicationProcess.signal(pid, signal);
			assertThat(master.process().awaitExit()).as(master.output().text()).isEqualTo(code);
			assertThat(master.output().text()).contains("exited: REQUESTED, exit code 0");
			assertThat(master.process().family()).isEmpty();
		}
	}

}
