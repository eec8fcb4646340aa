package io.pmboot.autoconfigure;

import io.pmboot.ConnectionHandler;
import io.pmboot.StartFailedException;
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
		throw new StartFailedException(
				"Both the web server and the ConnectionHandler '%s' would serve the listeners of group '%s'".formatted(
						String.join("', '", this.beans.getBeanNamesForType(ConnectionHandler.class)),
						this.worker.group()),
				("If the connections are the handler's, set spring.main.web-application-type to none in "
						+ "application-%1$s.yml. If they are the web server's, keep the handler's bean out of this group by "
						+ "a @Profile, such as the name of its own group.")
					.formatted(this.worker.group()),
				null);
	}

}
