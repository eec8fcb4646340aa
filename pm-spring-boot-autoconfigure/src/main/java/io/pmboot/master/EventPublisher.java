package io.pmboot.master;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.pmboot.loop.LoopLog;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes events in their order, off the event loop: a listener may block, and then
 * delays other listeners only. Its thread lives while there is something to publish.
 */
final class EventPublisher implements Consumer<Object> {

	private static final LoopLog logger = LoopLog.of(EventPublisher.class);

	private static final Duration IDLE = Duration.ofSeconds(10);

	private static final Duration LAST_EVENTS = Duration.ofSeconds(5);

	private final ApplicationEventPublisher publisher;

	private final MasterLog log = new MasterLog();

	private final ThreadPoolExecutor executor;

	EventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
		this.executor = new ThreadPoolExecutor(1, 1, IDLE.toMillis(), TimeUnit.MILLISECONDS,
				new LinkedBlockingQueue<>(), EventPublisher::thread);
		this.executor.allowCoreThreadTimeOut(true);
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "pm-events");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public void accept(Object event) {
		try {
			this.executor.execute(() -> publish(event));
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			// No thread is to be had, or the master has ended: its state goes on without.
			logger.error("%s is not published".formatted(event.getClass().getSimpleName()), ex);
		}
	}

	private void publish(Object event) {
		// Here, because what reads the log may be slow as well.
		this.log.log(event);
		try {
			this.publisher.publishEvent(event);
		}
		catch (OutOfMemoryError ex) {
			Thread thread = Thread.currentThread();
			thread.getUncaughtExceptionHandler().uncaughtException(thread, ex);
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener of %s failed".formatted(event.getClass().getSimpleName()), ex);
		}
	}

	/** Publishes what waits, for a bounded time, and ends. */
	void close() {
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
