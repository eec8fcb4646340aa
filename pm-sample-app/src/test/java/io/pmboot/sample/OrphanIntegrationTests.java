package io.pmboot.sample;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The master killed by SIGKILL. */
class OrphanIntegrationTests {

	@Test
	void killedMasterLeavesNoOrphan() throws Exception {
		try (MasterProcess master = MasterProcess.ready(OrphanIntegrationTests::oneWorker)) {
			SampleProcess killed = master.process();
			CompletableFuture<HttpAnswer> inFlight = new SlowRequest(master.port(), Duration.ofSeconds(4)).send();
			SampleProcess.signal(killed.pid(), "KILL");
			assertThat(killed.awaitExit()).isEqualTo(137);
			Await.until(MasterProcess.TIMEOUT, "every worker has exited", () -> killed.family().isEmpty(),
					killed.output()::text);
			assertThat(inFlight.get().status()).isEqualTo(200);
		}
	}

	@Test
	void nextMasterGetsThePortOfAKilledOneAtOnce() throws Exception {
		try (MasterProcess master = MasterProcess.ready(OrphanIntegrationTests::oneWorker)) {
			SampleProcess killed = master.process();
			// Keeps an orphan, and with it the old listener, alive for a while.
			CompletableFuture<HttpAnswer> inFlight = new SlowRequest(master.port(), Duration.ofSeconds(15)).send();
			SampleProcess.signal(killed.pid(), "KILL");
			assertThat(killed.awaitExit()).isEqualTo(137);
			master.startAgain(OrphanIntegrationTests::oneWorker);
			master.awaitComplete("web");
			assertThat(HttpConnection.once(master.port(), "GET", "/new", Map.of(), "", Duration.ofSeconds(10)).body())
				.isEqualTo("/new");
			assertThat(inFlight.get().status()).isEqualTo(200);
		}
	}

	private static void oneWorker(SampleLaunch sample) {
		sample.property("pm.groups.web.children", 1);
	}

}
