package io.pmboot.actuate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What answers on the private socket of a worker: with the bytes that a test says, one
 * request for each connection.
 */
final class FakeWorkerActuator implements AutoCloseable {

	private final Path socket;

	private final ServerSocketChannel server;

	private final byte[] answer;

	private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

	FakeWorkerActuator(Path socket, String answer) throws IOException {
		this.socket = socket;
		this.answer = answer.getBytes(StandardCharsets.UTF_8);
		this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
		Thread thread = new Thread(this::serve, "fake-actuator");
		thread.setDaemon(true);
		thread.start();
	}

	private void serve() {
		while (this.server.isOpen()) {
			try (SocketChannel connection = this.server.accept()) {
				this.requests.add(read(new BufferedInputStream(Channels.newInputStream(connection))));
				connection.write(ByteBuffer.wrap(this.answer));
			}
			catch (IOException ex) {
				// The test is over, or the master has gone.
			}
		}
	}

	private static String read(InputStream in) throws IOException {
		StringBuilder request = new StringBuilder();
		while (request.indexOf("\r\n\r\n") < 0) {
			request.append((char) in.read());
		}
		String head = request.toString().toLowerCase();
		int length = head.indexOf("content-length: ");
		if (length >= 0) {
			int size = Integer.parseInt(head.substring(length + 16, head.indexOf("\r\n", length)));
			request.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
		}
		while (head.contains("transfer-encoding: chunked") && !request.toString().endsWith("0\r\n\r\n")) {
			request.append((char) in.read());
		}
		return request.toString();
	}

	/**
	 * The next request.
	 * @return all of it
	 */
	String awaitRequest() throws InterruptedException {
		String request = this.requests.poll(30, TimeUnit.SECONDS);
		if (request == null) {
			throw new AssertionError("Nobody asked");
		}
		return request;
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		Files.deleteIfExists(this.socket);
	}

}
