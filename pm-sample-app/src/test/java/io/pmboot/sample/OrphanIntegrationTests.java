package io.pmboot.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.SlowRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The master killed by SIGKILL. */
class OrphanIntegrationTests {

	@Test
	void killedMasterLeavesNoOrphan() throws Exception {
		try (MasterProcess master = Sample.ready(OrphanIntegrationTests::oneWorker)) {
			ApplicationProcess killed = master.process();
			CompletableFuture<HttpAnswer> inFlight = new SlowRequest(master.port(), Duration.ofSeconds(4)).send();
			ApplicationProcess.signal(killed.pid(), "KILL");
			assertThat(killed.awaitExit()).isEqualTo(137);
			Await.until(MasterProcess.TIMEOUT, "every worker has exited", () -> killed.family().isEmpty(),
					killed.output()::text);
			assertThat(inFlight.get().status()).isEqualTo(200);
		}
	}

	@FullOnly
	@Test
	void nextMasterGetsPortAndUnixSocketOfAKilledOneAtOnce(@TempDir Path folder) throws Exception {
		Path socket = folder.resolve("web.sock");
		try (MasterProcess master = Sample.ready((sample) -> oneWorkerOn(socket, sample))) {
			ApplicationProcess killed = master.process();
			// Keeps an orphan, and with it the old listener, alive for a while.
			CompletableFuture<HttpAnswer> inFlight = new SlowRequest(master.port(), Duration.ofSeconds(15)).send();
			ApplicationProcess.signal(killed.pid(), "KILL");
			assertThat(killed.awaitExit()).isEqualTo(137);
			assertThat(socket).exists();
			master.startAgain(Sample.with((sample) -> oneWorkerOn(socket, sample)));
			master.awaitComplete("web");
			try (HttpConnection connection = HttpConnection.open(socket)) {
				assertThat(connection.get("/new").body()).isEqualTo("/new");
			}
			assertThat(HttpConnection.once(master.port(), "GET", "/new", Map.of(), "", Duration.ofSeconds(10)).body())
				.isEqualTo("/new");
			assertThat(inFlight.get().status()).isEqualTo(200);
			ApplicationProcess.signal(master.process().pid(), "TERM");
			assertThat(master.process().awaitExit()).isEqualTo(143);
			assertThat(socket).doesNotExist();
		}
	}

	private static void oneWorkerOn(Path socket, ApplicationLaunch sample) {
		oneWorker(sample);
		sample.property("pm.groups.web.listen", sample.property("pm.groups.web.listen") + ",unix:" + socket);
	}

	private static void oneWorker(ApplicationLaunch sample) {
		sample.property("pm.groups.web.children", 1);
	}

}
