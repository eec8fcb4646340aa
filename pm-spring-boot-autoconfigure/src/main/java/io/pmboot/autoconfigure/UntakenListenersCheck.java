package io.pmboot.autoconfigure;

import io.pmboot.Worker;
import io.pmboot.worker.TakenListeners;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Fails the start of a worker that has listeners, no server for them, and an application
 * that has not taken them while it started. Before the master hears that it is ready.
 */
class UntakenListenersCheck implements ApplicationListener<ApplicationReadyEvent>, Ordered {

	private final TakenListeners listeners;

	private final Worker worker;

	private final ApplicationContext context;

	UntakenListenersCheck(TakenListeners listeners, Worker worker, ApplicationContext context) {
		this.listeners = listeners;
		this.worker = worker;
		this.context = context;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (event.getApplicationContext() == this.context && !this.listeners.isTaken()) {
			throw UnservedListenersCheck.unserved(this.worker.group());
		}
	}

	@Override
	public boolean supportsAsyncExecution() {
		// The start would go on.
		return false;
	}

}
