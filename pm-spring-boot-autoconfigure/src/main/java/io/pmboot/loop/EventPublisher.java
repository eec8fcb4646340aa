package io.pmboot.loop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes events in their order, off the event loop: a listener may block, and then
 * delays other listeners only. Its thread lives while there is something to publish.
 */
public final class EventPublisher implements AutoCloseable {

	private static final LoopLog logger = LoopLog.of(EventPublisher.class);

	private static final Duration LAST_EVENTS = Duration.ofSeconds(5);

	private final ApplicationEventPublisher publisher;

	private final ThreadPoolExecutor executor = Threads.few("pm-events", 1);

	/**
	 * Creates a publisher.
	 * @param publisher hands events to their listeners
	 */
	public EventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	/**
	 * Publishes an event. May be called on any thread.
	 * @param event the event
	 * @return completes when its listeners are being called, or it cannot be published;
	 * not when they have returned
	 */
	public CompletableFuture<Void> publish(Object event) {
		CompletableFuture<Void> begun = new CompletableFuture<>();
		try {
			this.executor.execute(() -> {
				begun.complete(null);
				publishNow(event);
			});
		}
		catch (RejectedExecutionException ex) {
			// The process ends, or has no thread left: its state goes on without.
			logger.error("%s is not published".formatted(event.getClass().getSimpleName()), ex);
			begun.complete(null);
		}
		return begun;
	}

	private void publishNow(Object event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (OutOfMemoryError ex) {
			Threads.uncaught(ex);
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener of %s failed".formatted(event.getClass().getSimpleName()), ex);
		}
	}

	/** Publishes what waits, for a bounded time, and ends. */
	@Override
	public void close() {
		this.executor.shutdown();
		try {
			if (!this.executor.awaitTermination(LAST_EVENTS.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.warn("Listeners took too long; %d events were not published"
					.formatted(this.executor.shutdownNow().size()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
