package io.pmboot.socket;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many connections the kernel keeps for a listener until somebody accepts them.
 */
final class Backlog {

	/** What a kernel allows by default since Linux 5.4. */
	static final int FALLBACK = 4096;

	private Backlog() {
	}

	/**
	 * The most that this system allows a listener: {@code net.core.somaxconn}, to which
	 * the kernel cuts a larger wish down silently.
	 * @return the system's maximum; 4096, the default of Linux, where it cannot be read
	 */
	static int maximum() {
		return read(Path.of("/proc/sys/net/core/somaxconn"));
	}

	static int read(Path somaxconn) {
		// Not Files.readString: it asks for one byte first, and the kernel gives such a
		// file to one read alone.
		try (BufferedReader reader = Files.newBufferedReader(somaxconn)) {
			int maximum = Integer.parseInt(String.valueOf(reader.readLine()).trim());
			return (maximum > 0) ? maximum : FALLBACK;
		}
		catch (IOException | NumberFormatException ex) {
			return FALLBACK;
		}
	}

}
