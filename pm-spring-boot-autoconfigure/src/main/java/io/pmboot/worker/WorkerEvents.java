package io.pmboot.worker;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import io.pmboot.event.ListenEvent;
import io.pmboot.event.WorkerDrainingEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Tells the application's listeners when this worker begins to accept and when it begins
 * to drain, in this order and off the control event loop. Its thread lives while there is
 * something to publish.
 */
final class WorkerEvents implements Drain {

	private static final Log logger = LogFactory.getLog(WorkerEvents.class);

	private static final int IDLE_SECONDS = 1;

	/** What a listener of an earlier event may hold up the drain. */
	private static final int BUSY_SECONDS = 1;

	private final ApplicationEventPublisher publisher;

	private final List<String> addresses;

	private final ThreadPoolExecutor executor;

	WorkerEvents(ApplicationEventPublisher publisher, List<String> addresses) {
		this.publisher = publisher;
		this.addresses = addresses;
		this.executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				WorkerEvents::thread);
		this.executor.allowCoreThreadTimeOut(true);
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "pm-events");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public void open() {
		this.addresses.forEach((address) -> publish(new ListenEvent(address)));
	}

	/**
	 * Publishes that the drain begins.
	 * @return completes when that is under way, since the context may close next, which
	 * ends all listening; not when the listeners have returned
	 */
	@Override
	public CompletionStage<Void> begin(DrainReason reason) {
		return publish(new WorkerDrainingEvent(reason)).completeOnTimeout(null, BUSY_SECONDS, TimeUnit.SECONDS);
	}

	@Override
	public void hasten(DrainReason reason) {
		// The drain has begun already.
	}

	private CompletableFuture<Void> publish(Object event) {
		CompletableFuture<Void> begun = new CompletableFuture<>();
		try {
			this.executor.execute(() -> {
				begun.complete(null);
				publishNow(event);
			});
		}
		catch (OutOfMemoryError ex) {
			// No thread is to be had: the drain goes on without.
			logger.error("%s is not published".formatted(event.getClass().getSimpleName()), ex);
			begun.complete(null);
		}
		return begun;
	}

	private void publishNow(Object event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener of %s failed".formatted(event.getClass().getSimpleName()), ex);
		}
	}

}
