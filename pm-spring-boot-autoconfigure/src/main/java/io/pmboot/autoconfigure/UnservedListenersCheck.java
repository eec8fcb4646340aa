package io.pmboot.autoconfigure;

import java.util.List;

import io.pmboot.Worker;
import io.pmboot.worker.Drain;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Fails the start of a worker that has listeners and a web server that cannot accept on
 * them, before that opens the port itself.
 */
class UnservedListenersCheck implements SmartInitializingSingleton {

	private final AdoptedListeners listeners;

	private final List<ObjectProvider<Drain>> servers;

	private final Worker worker;

	UnservedListenersCheck(AdoptedListeners listeners, List<ObjectProvider<Drain>> servers, Worker worker) {
		this.listeners = listeners;
		this.servers = servers;
		this.worker = worker;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (!this.listeners.all().isEmpty()
				&& this.servers.stream().allMatch((server) -> server.getIfAvailable() == null)) {
			throw new UnservedListenersException(this.worker.group());
		}
	}

}
