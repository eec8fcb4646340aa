package io.pmboot.sample;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.SlowRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The master stopped by whoever runs it. */
class StopIntegrationTests {

	@FullOnly
	@Test
	void ctrlCInATerminalStopsInOrder() throws Exception {
		stop(ApplicationLaunch::inTerminal, (master) -> master.process().type("\u0003"), 130);
	}

	@Test
	void sigtermStopsInOrder() throws Exception {
		stop((sample) -> {
		}, (master) -> ApplicationProcess.signal(master.process().pid(), "TERM"), 143);
	}

	private static void stop(Consumer<ApplicationLaunch> launch, Stop stop, int exitCode) throws Exception {
		try (MasterProcess master = Sample.ready(launch.andThen(StopIntegrationTests::oneWorker))) {
			CompletableFuture<HttpAnswer> inFlight = new SlowRequest(master.port(), Duration.ofSeconds(4)).send();
			stop.send(master);
			assertThat(master.process().awaitExit()).as(master.output().text()).isEqualTo(exitCode);
			assertThat(inFlight.get().status()).isEqualTo(200);
			assertThat(master.process().family()).isEmpty();
		}
	}

	@FullOnly
	@Test
	void requestThatNeverEndsIsCutAndTheStopEnds() throws Exception {
		try (MasterProcess master = Sample
			.ready((sample) -> oneWorker(sample.property("pm.groups.web.terminate-timeout", "2s")))) {
			CompletableFuture<HttpAnswer> endless = new SlowRequest(master.port(), Duration.ofMinutes(10)).send();
			ApplicationProcess.signal(master.process().pid(), "TERM");
			assertThat(master.process().awaitExit()).as(master.output().text()).isEqualTo(143);
			assertThat(endless).failsWithin(Duration.ofSeconds(30));
			assertThat(master.process().family()).isEmpty();
		}
	}

	@FullOnly
	@Test
	void workerThatHadToBeKilledIsToldByTheExitCode() throws Exception {
		try (MasterProcess master = Sample
			.ready((sample) -> oneWorker(sample.property("pm.groups.web.terminate-timeout", "1s")))) {
			ApplicationProcess.suspend(master.pids("web").get(0));
			ApplicationProcess.signal(master.process().pid(), "TERM");
			assertThat(master.process().awaitExit()).as(master.output().text()).isEqualTo(1);
			assertThat(master.process().family()).isEmpty();
		}
	}

	private static void oneWorker(ApplicationLaunch sample) {
		sample.property("pm.groups.web.children", 1);
	}

	/** How the master is stopped. */
	private interface Stop {

		void send(MasterProcess master) throws Exception;

	}

}
