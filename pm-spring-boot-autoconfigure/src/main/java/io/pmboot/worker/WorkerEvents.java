package io.pmboot.worker;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import io.pmboot.event.ListenEvent;
import io.pmboot.event.WorkerDrainingEvent;
import io.pmboot.loop.EventPublisher;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Tells the application's listeners when this worker begins to accept and when it begins
 * to drain, in this order and off the control event loop.
 */
final class WorkerEvents {

	/** What a listener of an earlier event may hold up the drain. */
	private static final int BUSY_SECONDS = 1;

	private final EventPublisher publisher;

	private final List<String> addresses;

	WorkerEvents(ApplicationEventPublisher publisher, List<String> addresses) {
		this.publisher = new EventPublisher(publisher);
		this.addresses = addresses;
	}

	/** Publishes where this worker accepts. */
	void activated() {
		this.addresses.forEach((address) -> this.publisher.publish(new ListenEvent(address)));
	}

	/**
	 * Publishes that the drain begins.
	 * @param reason why
	 * @return completes when that is under way, since the context may close next, which
	 * ends all listening; not when the listeners have returned
	 */
	CompletionStage<Void> draining(DrainReason reason) {
		return this.publisher.publish(new WorkerDrainingEvent(reason))
			.completeOnTimeout(null, BUSY_SECONDS, TimeUnit.SECONDS);
	}

}
