package io.pmboot.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.pmboot.StartFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NativeTransport}, in JVMs that cannot load the transport.
 */
@Timeout(120)
class NativeTransportTests {

	@Test
	void theMasterSaysWhyThereIsNoTransport() throws Exception {
		assertThat(run("master")).contains("Netty's native transport (epoll) cannot be loaded")
			.contains(System.getProperty("os.name"))
			.contains(System.getProperty("os.arch"))
			.contains("explicit disabled");
	}

	@Test
	void theWorkerSaysWhyThereIsNoTransport() throws Exception {
		assertThat(run("worker")).contains("Netty's native transport (epoll) cannot be loaded")
			.contains("explicit disabled");
	}

	private static String run(String role) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dio.netty.transport.noNative=true", "-cp", System.getProperty("java.class.path"),
				WithoutTransport.class.getName(), role)
			.redirectErrorStream(true)
			.start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			return output;
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * Tries one end of the control socket.
	 */
	public static final class WithoutTransport {

		private WithoutTransport() {
		}

		public static void main(String[] args) throws IOException {
			Path socket = Path.of("unused");
			try {
				if (args[0].equals("master")) {
					new ControlServer(socket).close();
				}
				else {
					ControlClient.connect(socket).close();
				}
			}
			catch (StartFailedException ex) {
				System.out.println(ex);
			}
		}

	}

}
