package io.pmboot.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that nobody has, from below those that the kernel gives to clients: so none is
 * taken by a client's end of a connection between two starts of a master. None is given
 * twice while the JVM that asked for it lives, to whichever JVM of this user: a master
 * takes seconds to bind what was free when it was chosen, and meanwhile another's would
 * answer there.
 */
public final class FreePort {

	private static final FileChannel GIVEN = given();

	private FreePort() {
	}

	private static FileChannel given() {
		Path file = Path.of(System.getProperty("java.io.tmpdir"),
				"pm-test-ports-" + System.getProperty("user.name") + ".lock");
		try {
			return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot open " + file + ", which says what ports are given", ex);
		}
	}

	public static int next() throws IOException {
		int end = firstEphemeral();
		while (true) {
			int port = ThreadLocalRandom.current().nextInt(Math.min(10_000, end / 2), end);
			if (take(port) && isFree(port)) {
				return port;
			}
		}
	}

	// A byte of the file for each port: the kernel unlocks it when the JVM ends.
	private static boolean take(int port) throws IOException {
		try {
			return GIVEN.tryLock(port, 1, false) != null;
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
	}

	private static boolean isFree(int port) {
		try {
			new ServerSocket(port).close();
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static int firstEphemeral() throws IOException {
		// Not Files.readString: it asks for one byte first, and the kernel gives such a
		// file to one read alone.
		try (BufferedReader reader = Files.newBufferedReader(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))) {
			return Integer.parseInt(reader.readLine().trim().split("\\s+")[0]);
		}
	}

}
