package io.pmboot.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Sends three requests at a time on one connection of HTTP/2 (RFC 9113). After GOAWAY it
 * waits for what it has sent, and connects again; a request that the server then says it
 * will not answer is a failure.
 */
public class Http2Client implements Client {

	private static final int SLOW_MILLIS = 200;

	private final HttpConnection.Opener opener;

	private @Nullable Http2Connection connection;

	public Http2Client(HttpConnection.Opener opener) {
		this.opener = opener;
	}

	@Override
	public void act(String id) throws RequestFailedException {
		if (this.connection != null && this.connection.isGoingAway()) {
			disconnect();
		}
		Http2Connection connection = this.connection;
		if (connection == null) {
			connection = new Http2Connection(this.opener.open(LoadThread.TIMEOUT));
			this.connection = connection;
		}
		Map<Integer, String> targets = new LinkedHashMap<>();
		for (String target : new String[] { "/load/" + id + "/1", "/slow?ms=" + SLOW_MILLIS + "&id=" + id,
				"/load/" + id + "/2" }) {
			// In one step: a GOAWAY is answered by the thread that reads it, and what is
			// sent
			// after that answer is not served.
			synchronized (connection) {
				if (!connection.isGoingAway()) {
					targets.put(request(connection, target), target);
				}
			}
		}
		if (targets.isEmpty()) {
			act(id);
			return;
		}
		for (Map.Entry<Integer, String> target : targets.entrySet()) {
			Http2Connection.Stream stream = connection.await(target.getKey());
			if (stream.status() != 200) {
				throw new RequestFailedException(FailureKind.STATUS, stream.status() + " for " + target.getValue());
			}
			require(target.getValue(), stream);
		}
	}

	int request(Http2Connection connection, String target) throws RequestFailedException {
		return connection.request(target);
	}

	void require(String target, Http2Connection.Stream stream) throws RequestFailedException {
		HttpAnswer.requireBody(target, stream.body().toString(StandardCharsets.UTF_8));
	}

	@Override
	public Duration asked() {
		return Duration.ofMillis(SLOW_MILLIS);
	}

	@Override
	public void disconnect() {
		if (this.connection != null) {
			this.connection.close();
			this.connection = null;
		}
	}

}
