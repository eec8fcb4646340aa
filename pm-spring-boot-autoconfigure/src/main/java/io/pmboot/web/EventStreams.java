package io.pmboot.web;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.accept.Spread;
import io.pmboot.loop.Threads;

import org.springframework.core.Ordered;

/**
 * Ends the event streams (Server-Sent Events) of a worker that drains, each at a moment
 * of its own, so that its client comes back at once. They would hold the worker until the
 * time to drain is up, and then be cut. May be told of streams on any thread.
 *
 * @param <S> a stream
 */
class EventStreams<S> implements Serving, Ordered {

	/**
	 * So many ends may be held up at once by the application before they hold up others.
	 */
	private static final int MAX_THREADS = 8;

	private final Spread spread;

	private final Consumer<S> end;

	private final Set<S> open = ConcurrentHashMap.newKeySet();

	/** Has threads while there are streams to end. */
	private final Executor ends = Threads.few("pm-event-streams", MAX_THREADS);

	private volatile boolean draining;

	/**
	 * Creates those of a worker.
	 * @param spread when each of the streams ends
	 * @param end ends one between two events, and as its protocol has it; may call the
	 * application
	 */
	EventStreams(Spread spread, Consumer<S> end) {
		this.spread = spread;
		this.end = end;
	}

	/** A stream has begun. */
	final void begun(S stream) {
		this.open.add(stream);
		if (this.draining) {
			endLater(stream);
		}
	}

	/** A stream has ended. */
	final void ended(S stream) {
		this.open.remove(stream);
	}

	// Not on the thread that tells the moment: the application may hear of it there.
	private void endLater(S stream) {
		this.spread.end(() -> this.ends.execute(() -> this.end.accept(stream)));
	}

	/** The first to see a response, so that no other changes what it writes. */
	@Override
	public final int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/**
	 * The web server waits for the connections of the streams, this for nothing.
	 */
	@Override
	public final CompletionStage<Void> drain(DrainReason reason) {
		this.draining = true;
		this.open.forEach(this::endLater);
		return CompletableFuture.completedStage(null);
	}

}
