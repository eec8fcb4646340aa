package io.pmboot.autoconfigure;

import io.pmboot.Worker;
import io.pmboot.worker.Drain;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Fails the start of a worker that has listeners and nothing that could accept on them.
 */
class UnservedListenersCheck implements SmartInitializingSingleton {

	private final AdoptedListeners listeners;

	private final ObjectProvider<Drain> drains;

	private final Worker worker;

	UnservedListenersCheck(AdoptedListeners listeners, ObjectProvider<Drain> drains, Worker worker) {
		this.listeners = listeners;
		this.drains = drains;
		this.worker = worker;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (!this.listeners.all().isEmpty() && this.drains.stream().findAny().isEmpty()) {
			throw new UnservedListenersException(this.worker.group());
		}
	}

}
