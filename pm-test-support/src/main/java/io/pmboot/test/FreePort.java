package io.pmboot.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that nobody has, from below those that the kernel gives to clients: so none is
 * taken by a client's end of a connection between two starts of a master.
 */
public final class FreePort {

	/**
	 * Tests run in three JVMs, and a port is free for a moment between here and its use.
	 */
	private static final int FORK = Integer.getInteger("pm.fork", 1);

	private FreePort() {
	}

	public static int next() throws IOException {
		int end = firstEphemeral();
		while (true) {
			int port = ThreadLocalRandom.current().nextInt(Math.min(10_000, end / 2), end);
			if (port % 3 != FORK % 3) {
				continue;
			}
			try (ServerSocket socket = new ServerSocket(port)) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// Taken: another one.
			}
		}
	}

	private static int firstEphemeral() throws IOException {
		// Not Files.readString: it asks for one byte first, and the kernel gives such a
		// file
		// to one read alone.
		try (BufferedReader reader = Files.newBufferedReader(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))) {
			return Integer.parseInt(reader.readLine().trim().split("\\s+")[0]);
		}
	}

}
