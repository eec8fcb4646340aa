package io.pmboot.test;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/** One client of a load. */
final class LoadThread implements Runnable {

	/** How long an answer may take; beyond the slowest that is asked for. */
	static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final LoadKind kind;

	private final int number;

	private final HttpConnection.Opener opener;

	private final Duration slow;

	private final Duration pause;

	private final Duration maxLife;

	private final CountDownLatch stop;

	private final LoadTally tally;

	private @Nullable HttpConnection connection;

	private long count;

	LoadThread(LoadKind kind, int number, HttpConnection.Opener opener, Duration slow, Duration pause, Duration maxLife,
			CountDownLatch stop, LoadTally tally) {
		this.kind = kind;
		this.number = number;
		this.opener = opener;
		this.slow = slow;
		this.pause = pause;
		this.maxLife = maxLife;
		this.stop = stop;
		this.tally = tally;
	}

	@Override
	public void run() {
		long end = System.nanoTime() + this.maxLife.toNanos();
		try {
			do {
				request();
			}
			while (!this.stop.await(this.pause.toNanos(), TimeUnit.NANOSECONDS) && System.nanoTime() < end);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			disconnect();
		}
	}

	private void request() {
		String target = target();
		long begin = System.nanoTime();
		try {
			HttpAnswer answer = exchange(target);
			long nanos = System.nanoTime() - begin;
			check(target, answer);
			if (answer.closes() || closing()) {
				connected().awaitEnd();
				disconnect();
			}
			this.tally.success(this.kind, nanos - this.slow.toNanos());
		}
		catch (RequestFailedException ex) {
			this.tally.failure(this.kind, target, ex);
			disconnect();
		}
	}

	// No two requests of a load are alike, so that a mixed-up answer is seen.
	private String target() {
		this.count++;
		String id = this.kind + "/" + this.number + "/" + this.count;
		return (this.kind == LoadKind.SLOW) ? "/slow?ms=" + this.slow.toMillis() + "&id=" + id : "/load/" + id;
	}

	private boolean closing() {
		return this.kind == LoadKind.CONNECTION_PER_REQUEST || (this.kind == LoadKind.SLOW && this.number % 2 == 0);
	}

	private HttpAnswer exchange(String target) throws RequestFailedException {
		HttpConnection connection = connected();
		connection.send("GET", target, closing() ? Map.of("Connection", "close") : Map.of(), "");
		return connection.receive();
	}

	private HttpConnection connected() throws RequestFailedException {
		HttpConnection connection = this.connection;
		if (connection == null) {
			connection = this.opener.open(TIMEOUT);
			this.connection = connection;
		}
		return connection;
	}

	private static void check(String target, HttpAnswer answer) throws RequestFailedException {
		if (answer.status() != 200) {
			throw new RequestFailedException(FailureKind.STATUS, answer.status() + " " + answer.body());
		}
		if (!answer.body().equals(target)) {
			throw new RequestFailedException(FailureKind.WRONG_BODY, "'" + answer.body() + "'");
		}
	}

	private void disconnect() {
		if (this.connection != null) {
			this.connection.close();
			this.connection = null;
		}
	}

}
