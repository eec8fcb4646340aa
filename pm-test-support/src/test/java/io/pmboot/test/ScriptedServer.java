package io.pmboot.test;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A server that answers as a test wants, however wrong that is. */
final class ScriptedServer implements AutoCloseable {

	private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final AtomicInteger connections = new AtomicInteger();

	private final UnaryOperator<String> script;

	private final boolean reset;

	private final boolean once;

	/**
	 * Creates the server and starts it.
	 * @param script the bytes to answer for a request target
	 * @param once whether each connection ends after one answer
	 * @param reset whether it then ends by a reset
	 * @throws IOException where there is no port
	 */
	ScriptedServer(UnaryOperator<String> script, boolean once, boolean reset) throws IOException {
		this.script = script;
		this.once = once;
		this.reset = reset;
		Thread thread = new Thread(this::serve, "scripted-server");
		thread.setDaemon(true);
		thread.start();
	}

	int port() {
		return this.listener.getLocalPort();
	}

	int connections() {
		return this.connections.get();
	}

	private void serve() {
		while (!this.listener.isClosed()) {
			try (Socket socket = this.listener.accept()) {
				this.connections.incrementAndGet();
				answer(socket);
				if (this.reset) {
					socket.setSoLinger(true, 0);
				}
			}
			catch (IOException ex) {
				// The client, or the test, has closed it.
			}
		}
	}

	private void answer(Socket socket) throws IOException {
		do {
			String target = request(socket.getInputStream());
			socket.getOutputStream().write(this.script.apply(target).getBytes(StandardCharsets.US_ASCII));
		}
		while (!this.once);
	}

	private static String request(InputStream in) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int next = in.read();
			if (next < 0) {
				throw new IOException("closed");
			}
			head.append((char) next);
		}
		return head.toString().split(" ")[1];
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
	}

}
