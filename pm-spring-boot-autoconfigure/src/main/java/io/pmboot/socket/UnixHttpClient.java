package io.pmboot.socket;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client that asks a server on a unix socket by HTTP/1.1. The JDK's own speaks no unix
 * sockets.
 */
public final class UnixHttpClient implements Closeable {

	private final String agent;

	private final SocketChannel channel;

	private final InputStream in;

	private boolean open = true;

	/**
	 * Connects.
	 * @param socket the server's socket
	 * @param agent what it calls itself, unless a header does
	 * @throws IOException where nobody listens there, or this user may not connect
	 */
	public UnixHttpClient(Path socket, String agent) throws IOException {
		this.agent = agent;
		this.channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
		this.in = new BufferedInputStream(Channels.newInputStream(this.channel));
	}

	/**
	 * Asks, and reads the answer to its end, of which the status alone is wanted.
	 * @param path path and query
	 * @param headers headers beside Host
	 * @return the status
	 * @throws IOException where there is no whole answer
	 */
	public int get(String path, Map<String, String> headers) throws IOException {
		return ask("GET", path, headers, "", OutputStream.nullOutputStream());
	}

	/**
	 * Asks, and reads the answer to its end.
	 * @param method the method
	 * @param path path and query
	 * @param headers headers beside Host and Content-Length
	 * @param body what to send; nothing where it is empty
	 * @return the answer
	 * @throws IOException where there is no whole answer
	 */
	public Answer ask(String method, String path, Map<String, String> headers, String body) throws IOException {
		ByteArrayOutputStream answer = new ByteArrayOutputStream();
		int status = ask(method, path, headers, body, answer);
		return new Answer(status, answer.toString(StandardCharsets.UTF_8));
	}

	private int ask(String method, String path, Map<String, String> headers, String body, OutputStream answer)
			throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		all.put("Host", "localhost");
		all.put("User-Agent", this.agent);
		all.putAll(headers);
		if (bytes.length > 0) {
			all.put("Content-Length", Integer.toString(bytes.length));
		}
		StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, path));
		all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
		OutputStream out = Channels.newOutputStream(this.channel);
		out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
		out.write(bytes);
		return answer(answer);
	}

	private int answer(OutputStream out) throws IOException {
		while (true) {
			String statusLine = line();
			String[] words = statusLine.split(" ", 3);
			if (words.length < 2 || !words[1].matches("[1-5]\\d\\d")) {
				throw new IOException("the answer begins with '%s'".formatted(statusLine));
			}
			int status = Integer.parseInt(words[1]);
			Map<String, String> headers = headers();
			this.open = !"close".equals(headers.get("Connection"));
			if (status >= 200) {
				body(status, headers, out);
				return status;
			}
		}
	}

	private Map<String, String> headers() throws IOException {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (String line = line(); !line.isEmpty(); line = line()) {
			int colon = line.indexOf(':');
			if (colon > 0) {
				headers.put(line.substring(0, colon), line.substring(colon + 1).strip().toLowerCase(Locale.ROOT));
			}
		}
		return headers;
	}

	private void body(int status, Map<String, String> headers, OutputStream out) throws IOException {
		if (status == 204 || status == 304) {
			return;
		}
		if ("chunked".equals(headers.get("Transfer-Encoding"))) {
			for (long size = chunk(); size > 0; size = chunk()) {
				copy(size, out);
				line();
			}
			// They may follow the last chunk, too.
			headers();
		}
		else if (headers.containsKey("Content-Length")) {
			copy(Long.parseLong(headers.get("Content-Length")), out);
		}
		else {
			this.in.transferTo(out);
			this.open = false;
		}
	}

	private void copy(long size, OutputStream out) throws IOException {
		byte[] buffer = new byte[8192];
		for (long left = size; left > 0;) {
			int read = this.in.read(buffer, 0, (int) Math.min(buffer.length, left));
			if (read < 0) {
				throw cutShort();
			}
			out.write(buffer, 0, read);
			left -= read;
		}
	}

	private long chunk() throws IOException {
		return Long.parseLong(line().split(";", 2)[0].strip(), 16);
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = this.in.read(); next != '\n'; next = this.in.read()) {
			if (next < 0) {
				throw cutShort();
			}
			if (next != '\r') {
				line.append((char) next);
			}
		}
		return line.toString();
	}

	private static EOFException cutShort() {
		return new EOFException("the connection ended before the answer was whole");
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
		this.channel.close();
	}

	/**
	 * What a server has answered.
	 *
	 * @param status the status
	 * @param body the body, which is UTF-8
	 */
	public record Answer(int status, String body) {

	}

}
