package io.pmboot.socket;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * How many connections wait at a listener until somebody accepts them, as the kernel
 * tells below {@code /proc}.
 *
 * @see <a href=
 * "https://man7.org/linux/man-pages/man5/proc_pid_net.5.html">proc_pid_net</a>
 */
final class AcceptQueue {

	private static final Path NET = Path.of("/proc/self/net");

	private static final String LISTENING = "0A";

	private static final String CONNECTING = "02";

	private AcceptQueue() {
	}

	/**
	 * Looks.
	 * @param descriptor the number of the listener's descriptor
	 * @return how many wait, or {@code null} where the kernel does not tell
	 */
	static @Nullable Integer length(int descriptor) {
		try {
			String socket = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor))).toString();
			String inode = socket.substring(socket.indexOf('[') + 1, socket.length() - 1);
			for (String table : new String[] { "tcp", "tcp6" }) {
				Integer length = look(table, (rows) -> tcp(rows, inode));
				if (length != null) {
					return length;
				}
			}
			String path = look("unix", (rows) -> path(rows, inode));
			return (path != null) ? look("unix", (rows) -> waiting(rows, path)) : null;
		}
		catch (IOException | RuntimeException ex) {
			// Closed meanwhile, or /proc is not what it is elsewhere.
			return null;
		}
	}

	private static <T> @Nullable T look(String table, Function<Stream<String[]>, @Nullable T> search)
			throws IOException {
		Path file = NET.resolve(table);
		if (!Files.exists(file)) {
			return null;
		}
		// Any bytes may be in the path of a unix socket.
		try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
			return search.apply(reader.lines().skip(1).map((row) -> row.strip().split("\\s+", 10)));
		}
	}

	// sl, local and remote address, state, queues, timer, retransmits, uid, time-out,
	// inode. Those that listen come first, however many connections there are.
	private static @Nullable Integer tcp(Stream<String[]> rows, String inode) {
		return rows.takeWhile((row) -> row[3].equals(LISTENING))
			.filter((row) -> row[9].startsWith(inode + " "))
			.map((row) -> Integer.parseInt(row[4].substring(row[4].indexOf(':') + 1), 16))
			.findFirst()
			.orElse(null);
	}

	// Number, references, protocol, flags, type, state, inode, path.
	private static @Nullable String path(Stream<String[]> rows, String inode) {
		return rows.filter((row) -> row.length > 7 && row[6].equals(inode))
			.map((row) -> row[7])
			.findFirst()
			.orElse(null);
	}

	private static int waiting(Stream<String[]> rows, String path) {
		return (int) rows
			.filter((row) -> row.length > 7 && row[5].equals(CONNECTING) && row[6].equals("0") && row[7].equals(path))
			.count();
	}

}
