package io.pmboot.actuate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Which user of this machine is at the other end of a TCP connection, as the kernel's
 * tables of sockets tell.
 *
 * @param proc where they are, {@code /proc}
 */
record PeerUsers(Path proc) {

	private static final String MAPPED = "0000000000000000FFFF0000";

	/**
	 * The user whose the peer's socket is, or {@code null} where nobody on this machine
	 * has that socket open.
	 */
	@Nullable Long userOf(InetSocketAddress peer, InetSocketAddress self) throws IOException {
		// Where net leads: it is not there itself for a service that sees processes
		// alone.
		Path tables = this.proc.resolve("self/net");
		for (Path table : List.of(tables.resolve("tcp"), tables.resolve("tcp6"))) {
			try (Stream<String> lines = Files.exists(table) ? Files.lines(table) : Stream.empty()) {
				Optional<Long> user = lines.map((line) -> line.strip().split("\\s+"))
					.filter((row) -> row.length > 9 && is(row[1], peer) && is(row[2], self))
					// One that nobody holds any more is told as root's
					.filter((row) -> !row[9].equals("0"))
					.map((row) -> Long.valueOf(row[7]))
					.findFirst();
				if (user.isPresent()) {
					return user.get();
				}
			}
		}
		return null;
	}

	private static boolean is(String column, InetSocketAddress end) {
		String address = words(end.getAddress());
		String port = ":%04X".formatted(end.getPort());
		return column.equals(address + port) || column.equals(MAPPED + address + port);
	}

	private static String words(InetAddress address) {
		ByteBuffer bytes = ByteBuffer.wrap(address.getAddress()).order(ByteOrder.nativeOrder());
		StringBuilder words = new StringBuilder();
		while (bytes.hasRemaining()) {
			words.append("%08X".formatted(bytes.getInt()));
		}
		return words.toString();
	}

	/** The user that this process acts as. */
	long own() throws IOException {
		try (Stream<String> lines = Files.lines(this.proc.resolve("self/status"))) {
			return lines.filter((line) -> line.startsWith("Uid:"))
				.map((line) -> Long.valueOf(line.split("\\s+")[2]))
				.findFirst()
				.orElseThrow(() -> new IOException("no Uid in /proc/self/status"));
		}
	}

}
