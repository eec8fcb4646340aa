package io.pmboot.sample;

import java.util.List;

import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.FullOnly;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Signals that come at a bad moment, or to the wrong process. */
class SignalsIntegrationTests {

	@FullOnly
	@Test
	void reloadAskedForDuringTheStartIsDoneAndWorkersLeaveSignalsToTheMaster() throws Exception {
		try (MasterProcess master = Sample.launch((sample) -> sample.property("pm.groups.web.children", 1))) {
			master.output().await("Starting SampleApplication", MasterProcess.TIMEOUT);
			// Not HUP, which is ignored in whatever nohup has started.
			ApplicationProcess.signal(master.process().pid(), "USR1");
			master.awaitGroup("web", "reloaded", (web) -> web.generation() == 2 && web.isComplete());
			long worker = master.pids("web").get(0);
			// As pkill does that is given the application's name.
			for (String signal : List.of("HUP", "INT", "USR1", "TTIN", "TTOU")) {
				ApplicationProcess.signal(worker, signal);
			}
			ApplicationProcess.signal(worker, "TERM");
			master.output().await("pid %d) exited: VOLUNTARY, exit code 0".formatted(worker), MasterProcess.TIMEOUT);
			master.awaitComplete("web");
		}
	}

	@FullOnly
	@ParameterizedTest
	@ValueSource(strings = { "TERM", "INT" })
	void stopAskedForDuringTheStartStops(String signal) throws Exception {
		try (MasterProcess master = Sample.launch((sample) -> {
		})) {
			master.output().await("Starting SampleApplication", MasterProcess.TIMEOUT);
			ApplicationProcess.signal(master.process().pid(), signal);
			assertThat(master.process().awaitExit()).as(master.output().text())
				.isEqualTo(signal.equals("TERM") ? 143 : 130);
			assertThat(master.process().family()).isEmpty();
		}
	}

}
