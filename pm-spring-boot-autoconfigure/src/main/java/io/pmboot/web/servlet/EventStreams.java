package io.pmboot.web.servlet;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.pmboot.DrainReason;
import io.pmboot.worker.Drain;
import io.pmboot.worker.DrainSpread;
import jakarta.servlet.Filter;

/**
 * Ends the event streams (Server-Sent Events) of a worker that drains: each at a moment
 * of its own, between two events and as its protocol has it, so that its client comes
 * back at once. They would hold the worker until the time to drain is up, and then be
 * cut.
 *
 * @since 0.1
 */
public final class EventStreams implements Drain {

	private final DrainSpread spread;

	private final Set<EventStream> open = ConcurrentHashMap.newKeySet();

	private volatile boolean draining;

	/**
	 * Creates the streams of a worker.
	 * @param spread when each of them ends
	 */
	public EventStreams(DrainSpread spread) {
		this.spread = spread;
	}

	/**
	 * Sees the streams as they begin. To be the first of all filters.
	 * @return the filter
	 */
	public Filter filter() {
		return new EventStreamFilter(this);
	}

	void begun(EventStream stream) {
		this.open.add(stream);
		if (this.draining) {
			this.spread.end(stream::end);
		}
	}

	void ended(EventStream stream) {
		this.open.remove(stream);
	}

	@Override
	public void open() {
	}

	/**
	 * The web server waits for the connections of the streams, this for nothing.
	 */
	@Override
	public CompletionStage<Void> begin(DrainReason reason) {
		this.draining = true;
		if (!reason.awaitsIdleConnections()) {
			this.spread.hasten();
		}
		this.open.forEach((stream) -> this.spread.end(stream::end));
		return CompletableFuture.completedStage(null);
	}

	@Override
	public void hasten(DrainReason reason) {
		this.spread.hasten();
	}

}
