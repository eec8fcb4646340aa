package io.pmboot.test;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** One connection, used request by request; nothing is ever tried again. */
public final class HttpConnection implements AutoCloseable {

	private final Closeable socket;

	private final InputStream in;

	private final OutputStream out;

	private final String host;

	private HttpConnection(Closeable socket, InputStream in, OutputStream out, String host) {
		this.socket = socket;
		this.in = new BufferedInputStream(in);
		this.out = out;
		this.host = host;
	}

	public static HttpConnection open(int port, Duration timeout) throws RequestFailedException {
		Socket socket = new Socket();
		try {
			socket.setTcpNoDelay(true);
			socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
					Math.toIntExact(timeout.toMillis()));
			return new HttpConnection(socket, socket.getInputStream(), socket.getOutputStream(), "localhost:" + port);
		}
		catch (IOException ex) {
			close(socket);
			throw RequestFailedException.of("connect", ex);
		}
	}

	/**
	 * Connects to a unix socket, where no read times out.
	 * @param path its path
	 * @return the connection
	 * @throws RequestFailedException where nobody listens there
	 */
	public static HttpConnection open(Path path) throws RequestFailedException {
		try {
			SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
			return new HttpConnection(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel),
					"localhost");
		}
		catch (IOException ex) {
			throw RequestFailedException.of("connect", ex);
		}
	}

	/**
	 * One request on a connection of its own.
	 * @param port the port
	 * @param method the method
	 * @param target the request target
	 * @param headers further headers
	 * @param body the body, empty for none
	 * @param timeout how long each read may take
	 * @return the response
	 * @throws RequestFailedException where there is none
	 */
	public static HttpAnswer once(int port, String method, String target, Map<String, String> headers, String body,
			Duration timeout) throws RequestFailedException {
		try (HttpConnection connection = open(port, timeout)) {
			connection.send(method, target, headers, body);
			return connection.receive();
		}
	}

	public HttpAnswer get(String target) throws RequestFailedException {
		send("GET", target, Map.of(), "");
		return receive();
	}

	/**
	 * Sends a request in one piece.
	 * @param method the method
	 * @param target the request target
	 * @param headers further headers; a Host among them replaces the usual one
	 * @param body the body, empty for none
	 * @throws RequestFailedException where it cannot be written
	 */
	public void send(String method, String target, Map<String, String> headers, String body)
			throws RequestFailedException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
		if (!headers.containsKey("Host")) {
			head.append("Host: ").append(this.host).append("\r\n");
		}
		headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
		if (bytes.length > 0) {
			head.append("Content-Length: ").append(bytes.length).append("\r\n");
		}
		head.append("\r\n").append(body);
		try {
			this.out.write(head.toString().getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw RequestFailedException.of("write", ex);
		}
	}

	public HttpAnswer receive() throws RequestFailedException {
		try {
			return new HttpAnswerReader(this.in).read();
		}
		catch (IOException ex) {
			throw RequestFailedException.of("read", ex);
		}
	}

	/**
	 * Waits for the end that the server announced.
	 * @throws RequestFailedException where something else comes, or nothing in time
	 */
	public void awaitEnd() throws RequestFailedException {
		try {
			if (this.in.read() >= 0) {
				throw new RequestFailedException(FailureKind.MALFORMED, "more bytes after the last response");
			}
		}
		catch (IOException ex) {
			RequestFailedException failure = RequestFailedException.of("end of stream", ex);
			// The response was whole: how the connection ends is nobody's loss.
			if (failure.kind() != FailureKind.RESET) {
				throw failure;
			}
		}
	}

	@Override
	public void close() {
		close(this.socket);
	}

	private static void close(Closeable socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** How a client of a load connects. */
	public interface Opener {

		HttpConnection open(Duration timeout) throws RequestFailedException;

	}

}
