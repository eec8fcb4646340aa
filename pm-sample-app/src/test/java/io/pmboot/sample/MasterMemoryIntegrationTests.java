package io.pmboot.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.FullOnly;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What others on the same host can do to a master that has little memory. */
class MasterMemoryIntegrationTests {

	private static final int CONNECTIONS = 1_400;

	@FullOnly
	@Test
	void thousandsOfSlowConnectionsStopNoSupervision() throws Exception {
		try (MasterProcess master = Sample
			.ready((sample) -> sample.jvmOption("-Xmx96m").property("pm.groups.web.children", 1))) {
			long worker = master.pids("web").get(0);
			List<Socket> strangers = strangers(master.masterPort());
			try {
				ApplicationProcess.signal(worker, "KILL");
				master.output().await("pid %d) exited: FATAL".formatted(worker), MasterProcess.TIMEOUT);
				master.output()
					.await("the next worker is ready",
							(line) -> line.endsWith(" is ready") && !line.contains("pid " + worker),
							MasterProcess.TIMEOUT);
			}
			finally {
				for (Socket stranger : strangers) {
					stranger.close();
				}
			}
			master.awaitComplete("web");
			assertThat(master.process().isAlive()).isTrue();
		}
	}

	// Each with a header that has no end. Those that the master does not accept wait in
	// the kernel.
	private static List<Socket> strangers(int port) throws IOException {
		byte[] header = ("GET / HTTP/1.1\r\nX: " + "x".repeat(7_000)).getBytes(StandardCharsets.US_ASCII);
		List<Socket> strangers = new ArrayList<>();
		boolean connected = true;
		while (connected && strangers.size() < CONNECTIONS) {
			Socket stranger = new Socket();
			strangers.add(stranger);
			try {
				stranger.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
				stranger.getOutputStream().write(header);
			}
			catch (SocketTimeoutException ex) {
				connected = false;
			}
		}
		return strangers;
	}

}
