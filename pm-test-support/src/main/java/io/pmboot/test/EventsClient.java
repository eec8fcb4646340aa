package io.pmboot.test;

import java.time.Duration;
import java.util.Map;

/**
 * Follows a stream of numbered events. The stream may end between two events by the last
 * chunk, as the protocol has it; anything else is a failure.
 */
public final class EventsClient extends ConnectedClient {

	private final Duration interval;

	private StringBuilder received = new StringBuilder();

	private long number;

	/**
	 * Creates a client.
	 * @param opener how it connects
	 * @param interval how long the server waits between two events
	 */
	public EventsClient(HttpConnection.Opener opener, Duration interval) {
		super(opener);
		this.interval = interval;
	}

	@Override
	public void act(String id) throws RequestFailedException {
		while (this.received.indexOf("\n\n") < 0) {
			String chunk = connected().receiveChunk();
			if (chunk.isEmpty()) {
				if (!this.received.isEmpty()) {
					throw new RequestFailedException(FailureKind.CUT_SHORT, "within an event: '" + this.received + "'");
				}
				disconnect();
			}
			this.received.append(chunk);
		}
		this.number++;
		int end = this.received.indexOf("\n\n");
		String event = this.received.substring(0, end);
		this.received.delete(0, end + 2);
		if (!event.replace(" ", "").equals("data:" + this.number)) {
			throw new RequestFailedException(FailureKind.WRONG_BODY, "'%s' for %d".formatted(event, this.number));
		}
	}

	@Override
	void opened(HttpConnection connection) throws RequestFailedException {
		this.number = 0;
		connection.send("GET", "/events?ms=" + this.interval.toMillis(), Map.of("Accept", "text/event-stream"), "");
		HttpAnswer head = connection.receiveHead();
		if (head.status() != 200) {
			throw new RequestFailedException(FailureKind.STATUS, head.status() + " for a stream of events");
		}
	}

	@Override
	public void disconnect() {
		this.received = new StringBuilder();
		super.disconnect();
	}

	@Override
	public Duration asked() {
		return this.interval;
	}

}
