package io.pmboot.ready;

import java.io.BufferedInputStream;
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
 * A client that asks a server on a unix socket, and of the answer only wants to know the
 * status. The JDK's own speaks no unix sockets.
 */
final class UnixHttpClient implements Closeable {

	private final SocketChannel channel;

	private final InputStream in;

	private boolean open = true;

	UnixHttpClient(Path socket) throws IOException {
		this.channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
		this.in = new BufferedInputStream(Channels.newInputStream(this.channel));
	}

	/**
	 * Asks, and reads the answer to its end.
	 * @param path path and query
	 * @param headers headers beside Host and User-Agent
	 * @return the status
	 * @throws IOException where there is no whole answer
	 */
	int get(String path, Map<String, String> headers) throws IOException {
		Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		all.put("Host", "localhost");
		all.put("User-Agent", "pm-warm-up");
		all.putAll(headers);
		StringBuilder request = new StringBuilder("GET %s HTTP/1.1\r\n".formatted(path));
		all.forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
		Channels.newOutputStream(this.channel)
			.write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
		return answer();
	}

	private int answer() throws IOException {
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
				body(status, headers);
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

	private void body(int status, Map<String, String> headers) throws IOException {
		if (status == 204 || status == 304) {
			return;
		}
		if ("chunked".equals(headers.get("Transfer-Encoding"))) {
			for (long size = chunk(); size > 0; size = chunk()) {
				this.in.skipNBytes(size);
				line();
			}
			// They may follow the last chunk, too.
			headers();
		}
		else if (headers.containsKey("Content-Length")) {
			this.in.skipNBytes(Long.parseLong(headers.get("Content-Length")));
		}
		else {
			this.in.transferTo(OutputStream.nullOutputStream());
			this.open = false;
		}
	}

	private long chunk() throws IOException {
		return Long.parseLong(line().split(";", 2)[0].strip(), 16);
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = this.in.read(); next != '\n'; next = this.in.read()) {
			if (next < 0) {
				throw new EOFException("the connection ended before the answer was whole");
			}
			if (next != '\r') {
				line.append((char) next);
			}
		}
		return line.toString();
	}

	/**
	 * Whether the server takes another request on this connection.
	 * @return whether it does
	 */
	boolean isOpen() {
		return this.open;
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
