package io.pmboot.test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One client of a load. */
final class LoadThread implements Runnable {

	/** How long an answer may take; beyond the slowest that is asked for. */
	static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final LoadKind kind;

	private final int number;

	private final Client client;

	private final Duration pause;

	private final Duration maxLife;

	private final CountDownLatch stop;

	private final LoadTally tally;

	private long count;

	LoadThread(LoadKind kind, int number, Client client, Duration pause, Duration maxLife, CountDownLatch stop,
			LoadTally tally) {
		this.kind = kind;
		this.number = number;
		this.client = client;
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
				act();
			}
			while (!this.stop.await(this.pause.toNanos(), TimeUnit.NANOSECONDS) && System.nanoTime() < end);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.client.disconnect();
		}
	}

	private void act() {
		this.count++;
		// No two requests of a load are alike, so that a mixed-up answer is seen.
		String id = this.kind + "/" + this.number + "/" + this.count;
		long begin = System.nanoTime();
		try {
			this.client.act(id);
			this.tally.success(this.kind, System.nanoTime() - begin - this.client.asked().toNanos());
		}
		catch (RequestFailedException ex) {
			this.tally.failure(this.kind, id, ex);
			this.client.disconnect();
		}
	}

}
