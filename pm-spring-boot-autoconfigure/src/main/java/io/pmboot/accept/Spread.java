package io.pmboot.accept;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import io.pmboot.DrainReason;
import io.pmboot.loop.EventLoop;

/**
 * When a draining worker ends connections that do not end by themselves, such as
 * WebSockets and event streams: spread over a time, so that their clients do not all come
 * back in the same moment. A worker that is to stop hastens them. Methods may be called
 * on any thread.
 *
 * @since 0.1
 */
public final class Spread implements Serving {

	private final long nanos;

	private final EventLoop loop;

	private final Set<Farewell> farewells = ConcurrentHashMap.newKeySet();

	private volatile boolean atOnce;

	/**
	 * Creates the spread of one worker.
	 * @param spread the time over which the ends are spread; 0 for all at once
	 * @param loop tells the moment of each
	 */
	public Spread(Duration spread, EventLoop loop) {
		this.nanos = spread.toNanos();
		this.atOnce = spread.isZero();
		this.loop = loop;
	}

	/**
	 * Ends a connection at a moment of its own within the spread.
	 * @param end ends it; called once, on the control event loop, which it must not hold
	 * up, or at once on this thread where nothing is spread any more
	 */
	public void end(Runnable end) {
		Farewell farewell = new Farewell(end);
		this.farewells.add(farewell);
		if (!this.atOnce) {
			this.loop.schedule(farewell, Duration.ofNanos(ThreadLocalRandom.current().nextLong(this.nanos)));
		}
		// A drain may have become urgent meanwhile.
		if (this.atOnce) {
			farewell.run();
		}
	}

	/**
	 * A drain that does not wait for idle connections does not for these: all that are
	 * left end now, and later ones at once. Those who have them wait for their ends.
	 */
	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		if (!Serving.awaitsIdleConnections(reason)) {
			this.atOnce = true;
			this.farewells.forEach(Farewell::run);
		}
		return CompletableFuture.completedStage(null);
	}

	@Override
	public void hasten(DrainReason reason) {
		drain(reason);
	}

	/**
	 * The end of one connection, which comes once.
	 */
	private final class Farewell implements Runnable {

		private final Runnable end;

		Farewell(Runnable end) {
			this.end = end;
		}

		@Override
		public void run() {
			if (Spread.this.farewells.remove(this)) {
				this.end.run();
			}
		}

	}

}
