package io.pmboot.test;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Sends bodies piece by piece; the server tells how much it got. */
public final class UploadClient extends ConnectedClient {

	private static final int PIECES = 8;

	private static final String PIECE = "x".repeat(16 * 1024);

	private final Duration pause;

	/**
	 * Creates a client.
	 * @param opener how it connects
	 * @param pause how long it waits after each piece
	 */
	public UploadClient(HttpConnection.Opener opener, Duration pause) {
		super(opener);
		this.pause = pause;
	}

	@Override
	public void act(String id) throws RequestFailedException {
		HttpConnection connection = connected();
		connection.write("POST /upload/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n".formatted(id)
				+ "Content-Length: %d\r\n\r\n".formatted(PIECES * PIECE.length()));
		for (int i = 0; i < PIECES; i++) {
			connection.write(PIECE);
			pause();
		}
		HttpAnswer answer = connection.receive();
		answer.require("/upload/%s %d".formatted(id, PIECES * PIECE.length()));
		if (answer.closes()) {
			awaitEnd();
		}
	}

	private void pause() {
		try {
			TimeUnit.NANOSECONDS.sleep(this.pause.toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public Duration asked() {
		return this.pause.multipliedBy(PIECES);
	}

}
