package io.pmboot.web.servlet;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

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

	/** Has a thread while there are streams to end. */
	private final ThreadPoolExecutor ends = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), EventStreams::thread);

	private volatile boolean draining;

	/**
	 * Creates the streams of a worker.
	 * @param spread when each of them ends
	 */
	public EventStreams(DrainSpread spread) {
		this.spread = spread;
		this.ends.allowCoreThreadTimeOut(true);
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "pm-event-streams");
		thread.setDaemon(true);
		return thread;
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
			endLater(stream);
		}
	}

	// Not on the thread that tells the moment: the application may hear of it there.
	private void endLater(EventStream stream) {
		this.spread.end(() -> this.ends.execute(stream::end));
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
		this.open.forEach(this::endLater);
		return CompletableFuture.completedStage(null);
	}

	@Override
	public void hasten(DrainReason reason) {
		this.spread.hasten();
	}

}
