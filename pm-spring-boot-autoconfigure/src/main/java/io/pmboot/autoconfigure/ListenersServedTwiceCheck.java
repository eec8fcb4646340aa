package io.pmboot.autoconfigure;

import java.util.List;

import io.pmboot.ConnectionHandler;
import io.pmboot.Worker;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Fails the start of a worker that has listeners, and both a web server and a handler for
 * their connections: each of them would get some.
 */
class ListenersServedTwiceCheck implements SmartInitializingSingleton {

	private final ListableBeanFactory beans;

	private final Worker worker;

	ListenersServedTwiceCheck(ListableBeanFactory beans, Worker worker) {
		this.beans = beans;
		this.worker = worker;
	}

	@Override
	public void afterSingletonsInstantiated() {
		throw new ListenersServedTwiceException(this.worker.group(),
				List.of(this.beans.getBeanNamesForType(ConnectionHandler.class)));
	}

}
