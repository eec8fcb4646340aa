package io.pmboot.test;

import java.time.Duration;
import java.util.Map;

/** Sends one request at a time. */
public final class HttpClient extends ConnectedClient {

	private final boolean closing;

	private final Duration slow;

	/**
	 * Creates a client.
	 * @param opener how it connects
	 * @param closing whether each request says that it is the last of its connection
	 * @param slow how long the server is to take for each
	 */
	public HttpClient(HttpConnection.Opener opener, boolean closing, Duration slow) {
		super(opener);
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
			awaitEnd();
		}
	}

	@Override
	public Duration asked() {
		return this.slow;
	}

}
