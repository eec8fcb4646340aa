package io.pmboot.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/** A connection on which lines are sent and read one by one. */
final class EchoConnection implements AutoCloseable {

	private final Socket socket;

	private final BufferedReader in;

	EchoConnection(int port) throws IOException {
		this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
		this.socket.setSoTimeout(Math.toIntExact(Duration.ofSeconds(60).toMillis()));
		this.in = new BufferedReader(new InputStreamReader(this.socket.getInputStream(), StandardCharsets.UTF_8));
	}

	@Nullable String ask(String line) throws IOException {
		this.socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
		return read();
	}

	@Nullable String read() throws IOException {
		return this.in.readLine();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
