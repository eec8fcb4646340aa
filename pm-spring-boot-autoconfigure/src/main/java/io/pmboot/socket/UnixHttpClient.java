package io.pmboot.socket;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A client of a server on a unix socket, for one request after the other by HTTP/1.1: the
 * JDK's own speaks no unix sockets. Bodies are streamed. For one thread at a time;
 * closing it, on any thread, ends what waits.
 */
public final class UnixHttpClient implements Closeable {

	/** The longest line of an answer's head, and the most lines that it has. */
	private static final int MAX_LINE = 16 * 1024;

	private static final int MAX_LINES = 256;

	private static final int CHUNK = 16 * 1024;

	private final UnixConnection connection;

	private final Bounds bounds;

	/** The one that applies. */
	private Duration bound = Duration.ZERO;

	private boolean open = true;

	/**
	 * Connects.
	 * @param socket the socket
	 * @param bounds how long is waited
	 * @throws IOException where nobody listens
	 */
	public UnixHttpClient(Path socket, Bounds bounds) throws IOException {
		this.connection = new UnixConnection(socket);
		this.bounds = bounds;
	}

	/**
	 * Asks, and reads the head of the answer. The body of the one before has to be read
	 * to its end.
	 * @param method the method
	 * @param target path and query, as they are to be sent
	 * @param headers the headers, without those that say how a body is sent, but with
	 * Content-Length where that is known; Host may be left out
	 * @param body what to send, or {@code null}
	 * @return the answer, whose body is still to be read
	 * @throws IOException where there is none
	 * @throws UncheckedIOException where the body cannot be read
	 */
	public Answer send(String method, String target, Map<String, List<String>> headers, @Nullable InputStream body)
			throws IOException {
		Map<String, List<String>> all = fields(headers);
		all.putIfAbsent("Host", List.of("localhost"));
		boolean chunked = body != null && !all.containsKey("Content-Length");
		if (chunked) {
			all.put("Transfer-Encoding", List.of("chunked"));
		}
		StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, target));
		all.forEach((name, values) -> values.forEach((value) -> field(head, name, value)));
		this.bound = this.bounds.idle();
		try {
			write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
			if (body != null) {
				write(body, chunked);
			}
		}
		catch (IOException ex) {
			// Who refuses a body may answer without having read it.
			return answerAnyway(method, ex);
		}
		this.bound = this.bounds.firstByte();
		return answer(method);
	}

	// Of names in any case.
	private static Map<String, List<String>> fields(Map<String, List<String>> fields) {
		Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		all.putAll(fields);
		return all;
	}

	private static void field(StringBuilder head, String name, String value) {
		if ((name + value).chars().anyMatch((character) -> character == '\r' || character == '\n')) {
			throw new IllegalArgumentException("A header is one line: " + name);
		}
		head.append(name).append(": ").append(value).append("\r\n");
	}

	private void write(InputStream body, boolean chunked) throws IOException {
		byte[] chunk = new byte[CHUNK];
		for (int length = read(body, chunk); length >= 0; length = read(body, chunk)) {
			if (chunked && length > 0) {
				write("%x\r\n".formatted(length).getBytes(StandardCharsets.US_ASCII));
			}
			this.connection.write(ByteBuffer.wrap(chunk, 0, length), this.bound);
			if (chunked && length > 0) {
				write("\r\n".getBytes(StandardCharsets.US_ASCII));
			}
		}
		if (chunked) {
			write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		}
	}

	private static int read(InputStream body, byte[] chunk) {
		try {
			return body.read(chunk);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void write(byte[] bytes) throws IOException {
		this.connection.write(ByteBuffer.wrap(bytes), this.bound);
	}

	private Answer answerAnyway(String method, IOException failure) throws IOException {
		this.open = false;
		try {
			return answer(method);
		}
		catch (IOException ex) {
			failure.addSuppressed(ex);
			throw failure;
		}
	}

	private Answer answer(String method) throws IOException {
		while (true) {
			String statusLine = line();
			this.bound = this.bounds.idle();
			String[] words = statusLine.split(" ", 3);
			if (words.length < 2 || !words[1].matches("[1-5]\\d\\d")) {
				throw new IOException("the answer begins with '%s'".formatted(statusLine));
			}
			int status = Integer.parseInt(words[1]);
			Map<String, List<String>> headers = headers();
			this.open &= !"close".equalsIgnoreCase(first(headers, "Connection"));
			if (status >= 200) {
				return new Answer(status, headers, body(method, status, headers));
			}
		}
	}

	private static @Nullable String first(Map<String, List<String>> headers, String name) {
		List<String> values = headers.get(name);
		return (values != null) ? values.get(0) : null;
	}

	private Map<String, List<String>> headers() throws IOException {
		Map<String, List<String>> headers = fields(Map.of());
		int lines = 0;
		for (String line = line(); !line.isEmpty(); line = line()) {
			int colon = line.indexOf(':');
			if (colon > 0) {
				headers.computeIfAbsent(line.substring(0, colon), (name) -> new ArrayList<>())
					.add(line.substring(colon + 1).strip());
			}
			if (++lines > MAX_LINES) {
				throw new IOException("the answer has more than %d headers".formatted(MAX_LINES));
			}
		}
		return headers;
	}

	private InputStream body(String method, int status, Map<String, List<String>> headers) throws IOException {
		if (method.equals("HEAD") || status == 204 || status == 304) {
			return InputStream.nullInputStream();
		}
		if ("chunked".equalsIgnoreCase(first(headers, "Transfer-Encoding"))) {
			return new Body(0, true);
		}
		long length = length(first(headers, "Content-Length"));
		this.open &= length >= 0;
		return new Body((length >= 0) ? length : Long.MAX_VALUE, false);
	}

	private static long length(@Nullable String length) throws IOException {
		if (length == null) {
			return -1;
		}
		try {
			return Long.parseUnsignedLong(length);
		}
		catch (NumberFormatException ex) {
			throw new IOException("the answer has Content-Length '%s'".formatted(length), ex);
		}
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		while (true) {
			char next = (char) (this.connection.read(this.bound).get() & 0xFF);
			if (next == '\n') {
				return line.toString();
			}
			if (next != '\r') {
				line.append(next);
			}
			if (line.length() > MAX_LINE) {
				throw new IOException("the answer has a line of more than %d characters".formatted(MAX_LINE));
			}
		}
	}

	/**
	 * Whether the server takes another request on this connection.
	 * @return whether it does
	 */
	public boolean isOpen() {
		return this.open;
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

	/**
	 * How long is waited.
	 *
	 * @param firstByte for the first byte of the answer; 0 for ever
	 * @param idle for each further byte, and for the server to take the next one of the
	 * request; 0 for ever
	 */
	public record Bounds(Duration firstByte, Duration idle) {

		/** For one who is bounded otherwise. */
		public static final Bounds NONE = new Bounds(Duration.ZERO, Duration.ZERO);

	}

	/**
	 * An answer.
	 *
	 * @param status its status
	 * @param headers its headers, by names in any case
	 * @param body its body, which ends where it is whole, and fails where it ends before
	 */
	public record Answer(int status, Map<String, List<String>> headers, InputStream body) {
	}

	/**
	 * The body of the answer.
	 */
	private final class Body extends InputStream {

		private final boolean chunked;

		/** Of the chunk, or of all. */
		private long left;

		private boolean ended;

		private boolean begun;

		Body(long length, boolean chunked) {
			this.left = length;
			this.chunked = chunked;
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xFF;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			if (this.left == 0 && this.chunked && !this.ended) {
				nextChunk();
			}
			if (this.left == 0) {
				return -1;
			}
			try {
				ByteBuffer read = UnixHttpClient.this.connection.read(UnixHttpClient.this.bound);
				int count = (int) Math.min(Math.min(length, this.left), read.remaining());
				read.get(bytes, offset, count);
				this.left -= count;
				return count;
			}
			catch (EOFException ex) {
				if (this.left > Long.MAX_VALUE / 2) {
					this.left = 0;
					return -1;
				}
				throw ex;
			}
		}

		private void nextChunk() throws IOException {
			if (this.begun) {
				line();
			}
			this.begun = true;
			String size = line().split(";", 2)[0].strip();
			try {
				this.left = Long.parseUnsignedLong(size, 16);
			}
			catch (NumberFormatException ex) {
				throw new IOException("a chunk of the answer has the length '%s'".formatted(size), ex);
			}
			if (this.left == 0) {
				this.ended = true;
				// They may follow the last chunk, too.
				headers();
			}
		}

		@Override
		public void close() throws IOException {
			UnixHttpClient.this.close();
		}

	}

}
