package io.pmboot.web;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One connection of an HTTP/1.1 client that hides nothing: it neither retries nor
 * reconnects.
 */
public final class RawClient implements AutoCloseable {

	private final Closeable connection;

	private final InputStream input;

	private final OutputStream output;

	public RawClient(SocketAddress address) throws IOException {
		this(connect((InetSocketAddress) address));
	}

	/** On a unix socket, where a read waits as long as it takes. */
	public RawClient(Path path) throws IOException {
		SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
		this.connection = channel;
		this.input = new BufferedInputStream(Channels.newInputStream(channel));
		this.output = Channels.newOutputStream(channel);
	}

	private RawClient(Socket socket) throws IOException {
		socket.setSoTimeout(20_000);
		socket.setTcpNoDelay(true);
		this.connection = socket;
		this.input = new BufferedInputStream(socket.getInputStream());
		this.output = socket.getOutputStream();
	}

	public static RawClient overTls(InetSocketAddress address, SSLSocketFactory factory) throws IOException {
		SSLSocket secure = (SSLSocket) factory.createSocket(connect(address), "localhost", address.getPort(), true);
		secure.startHandshake();
		return new RawClient(secure);
	}

	private static Socket connect(InetSocketAddress address) throws IOException {
		return new Socket(address.getAddress(), address.getPort());
	}

	public Response get(String path) throws IOException {
		send(request(path));
		return read();
	}

	public static String request(String path) {
		return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
	}

	public void send(String text) throws IOException {
		this.output.write(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	public Response read() throws IOException {
		String status = line();
		Map<String, String> headers = new LinkedHashMap<>();
		for (String line = line(); !line.isEmpty(); line = line()) {
			int colon = line.indexOf(':');
			headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
		}
		byte[] body = read(Integer.parseInt(headers.get("content-length")));
		return new Response(Integer.parseInt(status.split(" ")[1]), headers,
				new String(body, StandardCharsets.ISO_8859_1));
	}

	/**
	 * Reads a response that has no body.
	 * @return its status
	 * @throws IOException where the stream ends before it
	 */
	public int readHead() throws IOException {
		String status = line();
		while (!line().isEmpty()) {
			// A header: not looked at.
		}
		return Integer.parseInt(status.split(" ")[1]);
	}

	/**
	 * Reads a chunk.
	 * @return the chunk, empty for the last
	 * @throws IOException where the stream ends before
	 */
	public String readChunk() throws IOException {
		byte[] chunk = read(Integer.parseInt(line(), 16));
		line();
		return new String(chunk, StandardCharsets.ISO_8859_1);
	}

	public byte[] read(int count) throws IOException {
		byte[] bytes = this.input.readNBytes(count);
		if (bytes.length < count) {
			throw new EOFException("End of stream after " + bytes.length + " bytes of " + count);
		}
		return bytes;
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int character = this.input.read(); character != '\n'; character = this.input.read()) {
			if (character < 0) {
				throw new EOFException("End of stream before the response");
			}
			if (character != '\r') {
				line.append((char) character);
			}
		}
		return line.toString();
	}

	/**
	 * Waits for the end of the stream.
	 * @return whether nothing came before it
	 */
	public boolean isAtEnd() throws IOException {
		boolean end = this.input.read() < 0;
		if (end) {
			// As clients do; a server may wait for it.
			close();
		}
		return end;
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

	public record Response(int status, Map<String, String> headers, String body) {

		public boolean isLast() {
			return "close".equals(headers().get("connection"));
		}

	}

}
