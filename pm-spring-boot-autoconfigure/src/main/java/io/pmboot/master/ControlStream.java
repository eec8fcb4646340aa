package io.pmboot.master;

import java.time.Duration;

import io.pmboot.control.ControlConnection;
import io.pmboot.control.Message;
import org.jspecify.annotations.Nullable;

/**
 * The control stream of a worker, while it has one.
 */
final class ControlStream {

	/**
	 * Between the end of a control stream and the exit that usually follows it; a worker
	 * that lives longer without its stream is given up.
	 */
	static final Duration GRACE = Duration.ofSeconds(3);

	private @Nullable ControlConnection connection;

	void opened(ControlConnection connection) {
		this.connection = connection;
	}

	boolean isOpen() {
		return this.connection != null;
	}

	/**
	 * Sends a message, where there is a stream.
	 * @param message the message
	 */
	void send(Message message) {
		if (this.connection != null) {
			this.connection.send(message);
		}
	}

	void close() {
		if (this.connection != null) {
			this.connection.close();
		}
	}

	void ended() {
		this.connection = null;
	}

}
