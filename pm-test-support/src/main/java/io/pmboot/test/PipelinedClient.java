package io.pmboot.test;

import org.jspecify.annotations.Nullable;

/**
 * Sends two requests in one write, and wants both answers: what a server has received
 * before it says {@code Connection: close}, it answers.
 */
public final class PipelinedClient implements Client {

	private final HttpConnection.Opener opener;

	private @Nullable HttpConnection connection;

	public PipelinedClient(HttpConnection.Opener opener) {
		this.opener = opener;
	}

	@Override
	public void act(String id) throws RequestFailedException {
		HttpConnection connection = this.connection;
		if (connection == null) {
			connection = this.opener.open(LoadThread.TIMEOUT);
			this.connection = connection;
		}
		String first = "/load/" + id + "/1";
		String second = "/load/" + id + "/2";
		connection.write(request(first) + request(second));
		connection.receive().require(first);
		HttpAnswer answer = connection.receive();
		answer.require(second);
		if (answer.closes()) {
			connection.awaitEnd();
			disconnect();
		}
	}

	private static String request(String target) {
		return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
	}

	@Override
	public void disconnect() {
		if (this.connection != null) {
			this.connection.close();
			this.connection = null;
		}
	}

}
