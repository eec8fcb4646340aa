package io.pmboot.test;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** One connection, used request by request; nothing is ever tried again. */
public final class HttpConnection implements AutoCloseable {

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);

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

	/**
	 * Connects to a port.
	 * @param port the port
	 * @return connects
	 */
	public static Opener to(int port) {
		return (timeout) -> open(port, timeout);
	}

	/**
	 * Connects to a port over TLS.
	 * @param port the port
	 * @param tls whom to trust
	 * @param protocol what to speak over it, such as {@code h2}
	 * @return connects
	 */
	public static Opener to(int port, SSLContext tls, String protocol) {
		return (timeout) -> open(port, timeout, tls, protocol);
	}

	public static HttpConnection open(int port, Duration timeout) throws RequestFailedException {
		return open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeout);
	}

	/**
	 * Connects to an address.
	 * @param address the address
	 * @return the connection, on which a read may take 20 seconds
	 * @throws RequestFailedException where nobody listens there
	 */
	public static HttpConnection open(SocketAddress address) throws RequestFailedException {
		return open((InetSocketAddress) address, READ_TIMEOUT);
	}

	private static HttpConnection open(InetSocketAddress address, Duration timeout) throws RequestFailedException {
		Socket socket = new Socket();
		try {
			socket.setTcpNoDelay(true);
			socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
			socket.connect(address, Math.toIntExact(timeout.toMillis()));
			return new HttpConnection(socket, socket.getInputStream(), socket.getOutputStream(),
					"localhost:" + address.getPort());
		}
		catch (IOException ex) {
			close(socket);
			throw RequestFailedException.of("connect", ex);
		}
	}

	/**
	 * Connects over TLS.
	 * @param port the port
	 * @param timeout how long each read may take
	 * @param tls whom to trust
	 * @param protocol what to speak over it, such as {@code h2}
	 * @return the connection
	 * @throws RequestFailedException where there is none
	 */
	static HttpConnection open(int port, Duration timeout, SSLContext tls, String protocol)
			throws RequestFailedException {
		return secure(open(port, timeout), port, tls, protocol);
	}

	/**
	 * Connects to an address over TLS.
	 * @param address the address
	 * @param tls whom to trust
	 * @param protocol what to speak over it, such as {@code h2}
	 * @return the connection, on which a read may take 20 seconds
	 * @throws RequestFailedException where there is none
	 */
	public static HttpConnection open(InetSocketAddress address, SSLContext tls, String protocol)
			throws RequestFailedException {
		return secure(open(address), address.getPort(), tls, protocol);
	}

	private static HttpConnection secure(HttpConnection plain, int port, SSLContext tls, String protocol)
			throws RequestFailedException {
		try {
			SSLSocket socket = (SSLSocket) tls.getSocketFactory()
				.createSocket((Socket) plain.socket, "localhost", port, true);
			SSLParameters parameters = socket.getSSLParameters();
			parameters.setApplicationProtocols(new String[] { protocol });
			socket.setSSLParameters(parameters);
			socket.startHandshake();
			// A server without ALPN speaks HTTP/1.1.
			if (!protocol.equals(socket.getApplicationProtocol()) && !protocol.equals("http/1.1")) {
				throw new RequestFailedException(FailureKind.MALFORMED, "no " + protocol + " over TLS");
			}
			return new HttpConnection(socket, socket.getInputStream(), socket.getOutputStream(), plain.host);
		}
		catch (RequestFailedException ex) {
			plain.close();
			throw ex;
		}
		catch (IOException ex) {
			plain.close();
			throw RequestFailedException.of("handshake", ex);
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

	boolean isSecure() {
		return this.socket instanceof SSLSocket;
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
		write(head.append("\r\n").append(body).toString());
	}

	/**
	 * The text of a request without a body.
	 * @param target the request target
	 * @return what is to be written
	 */
	public static String request(String target) {
		return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
	}

	public void write(String text) throws RequestFailedException {
		write(text.getBytes(StandardCharsets.UTF_8));
	}

	public void write(byte[] bytes) throws RequestFailedException {
		try {
			this.out.write(bytes);
			this.out.flush();
		}
		catch (IOException ex) {
			throw RequestFailedException.of("write", ex);
		}
	}

	public HttpAnswer receive() throws RequestFailedException {
		return read((in) -> new HttpAnswerReader(in).read());
	}

	/**
	 * Receives what comes before a body.
	 * @return a response without one
	 * @throws RequestFailedException where there is none
	 */
	public HttpAnswer receiveHead() throws RequestFailedException {
		return read((in) -> new HttpAnswerReader(in).head());
	}

	/**
	 * Receives a chunk of a body.
	 * @return the chunk, empty for the last
	 * @throws RequestFailedException where there is none
	 */
	public String receiveChunk() throws RequestFailedException {
		return read((in) -> new HttpAnswerReader(in).chunk());
	}

	/**
	 * Receives bytes.
	 * @param count how many
	 * @return the bytes
	 * @throws RequestFailedException where the stream ends before
	 */
	public byte[] receive(int count) throws RequestFailedException {
		byte[] bytes = read((in) -> in.readNBytes(count));
		if (bytes.length < count) {
			throw new RequestFailedException(FailureKind.CUT_SHORT,
					"end of stream, %d of %d bytes".formatted(bytes.length, count));
		}
		return bytes;
	}

	private <T> T read(Reading<T> reading) throws RequestFailedException {
		try {
			return reading.from(this.in);
		}
		catch (RequestFailedException ex) {
			throw ex;
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
			if (!isAtEnd()) {
				throw new RequestFailedException(FailureKind.MALFORMED, "more bytes after the last response");
			}
		}
		catch (RequestFailedException ex) {
			// The response was whole: how the connection ends is nobody's loss.
			if (ex.kind() != FailureKind.RESET) {
				throw ex;
			}
		}
	}

	/**
	 * Waits for the end of the stream, and closes the connection there: a server may wait
	 * for it.
	 * @return whether nothing came before it
	 * @throws RequestFailedException where the connection was reset, or nothing came in
	 * time
	 */
	public boolean isAtEnd() throws RequestFailedException {
		boolean end = read(InputStream::read) < 0;
		if (end) {
			close();
		}
		return end;
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

	/** What is read. */
	private interface Reading<T> {

		T from(InputStream in) throws IOException;

	}

	/** How a client of a load connects. */
	public interface Opener {

		HttpConnection open(Duration timeout) throws RequestFailedException;

	}

}
