package io.pmboot.test;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Sends one request at a time. */
public final class HttpClient implements Client {

	private final HttpConnection.Opener opener;

	private final boolean closing;

	private final Duration slow;

	private @Nullable HttpConnection connection;

	/**
	 * Creates a client.
	 * @param opener how it connects
	 * @param closing whether each request says that it is the last of its connection
	 * @param slow how long the server is to take for each
	 */
	public HttpClient(HttpConnection.Opener opener, boolean closing, Duration slow) {
		this.opener = opener;
		this.closing = closing;
		this.slow = slow;
	}

	@Override
	public void act(String id) throws RequestFailedException {
		String target = this.slow.isZero() ? "/load/" + id : "/slow?ms=" + this.slow.toMillis() + "&id=" + id;
		HttpConnection connection = connected();
		connection.send("GET", target, this.closing ? Map.of("Connection", "close") : Map.of(), "");
		HttpAnswer answer = connection.receive();
		answer.require(target);
		if (answer.closes() || this.closing) {
			connection.awaitEnd();
			disconnect();
		}
	}

	private HttpConnection connected() throws RequestFailedException {
		HttpConnection connection = this.connection;
		if (connection == null) {
			connection = this.opener.open(LoadThread.TIMEOUT);
			this.connection = connection;
		}
		return connection;
	}

	@Override
	public Duration asked() {
		return this.slow;
	}

	@Override
	public void disconnect() {
		if (this.connection != null) {
			this.connection.close();
			this.connection = null;
		}
	}

}
