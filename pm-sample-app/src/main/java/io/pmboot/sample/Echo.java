package io.pmboot.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;

import io.pmboot.Connection;
import io.pmboot.ConnectionHandler;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * The work of group {@code echo}, which speaks no HTTP: answers each line with itself,
 * and says goodbye when its worker is to end. A client that has heard it sends no more
 * and ends its side; whatever it sent before is answered.
 */
@Component
@Profile("echo")
class Echo implements ConnectionHandler {

	static final String GOODBYE = "goodbye";

	@Override
	public void handle(Connection connection) throws IOException {
		connection.channel().setOption(StandardSocketOptions.TCP_NODELAY, true);
		Socket socket = connection.channel().socket();
		BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
		PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
		// On a thread of its own; a PrintWriter writes one line after the other.
		connection.onDrain(() -> out.println(GOODBYE));
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			out.println(line);
		}
	}

}
