package io.pmboot.autoconfigure;

import io.pmboot.ConnectionHandler;
import io.pmboot.StartFailedException;
import io.pmboot.Worker;
import io.pmboot.web.SharedWebServer;
import io.pmboot.worker.TakenListeners;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Fails the start of a worker whose listeners nobody serves, or two would.
 */
final class ListenersCheck {

	private final Worker worker;

	ListenersCheck(Worker worker) {
		this.worker = worker;
	}

	/**
	 * By a web server that accepts on them, before that opens the port itself: by now it
	 * has been made, though not started.
	 * @param listeners the listeners
	 * @param servers the web servers that there could be
	 * @return the check
	 */
	SmartInitializingSingleton served(AdoptedListeners listeners, ObjectProvider<SharedWebServer<?, ?>> servers) {
		return () -> {
			if (!listeners.others().isEmpty() && servers.stream().noneMatch(SharedWebServer::isInUse)) {
				throw unserved();
			}
		};
	}

	/**
	 * There are both a web server and a handler for their connections: each of them would
	 * get some.
	 * @param beans which handler it is
	 * @return the check
	 */
	SmartInitializingSingleton servedOnce(ListableBeanFactory beans) {
		return () -> {
			throw new StartFailedException(
					"Both the web server and the ConnectionHandler '%s' would serve the listeners of group '%s'"
						.formatted(String.join("', '", beans.getBeanNamesForType(ConnectionHandler.class)),
								this.worker.group()),
					("If the connections are the handler's, set spring.main.web-application-type to none in "
							+ "application-%1$s.yml. If they are the web server's, keep the handler's bean out of this group by "
							+ "a @Profile, such as the name of its own group.")
						.formatted(this.worker.group()),
					null);
		};
	}

	/**
	 * There is no server for them: the application has taken them while it started,
	 * before the master hears that it is ready.
	 * @param listeners the listeners
	 * @param context the worker's context
	 * @return the check
	 */
	ApplicationListener<ApplicationReadyEvent> taken(TakenListeners listeners, ApplicationContext context) {
		return new Taken(listeners, context);
	}

	private StartFailedException unserved() {
		return new StartFailedException(
				"Group '%s' listens, but this application has nothing that accepts on shared listeners"
					.formatted(this.worker.group()),
				("Use Tomcat, Jetty or Reactor Netty (spring-boot-starter-tomcat, -jetty, -reactor-netty) as the web server, by Boot's own factory; or have no web "
						+ "server (spring.main.web-application-type=none) and declare a bean of ConnectionHandler, or call "
						+ "Worker.listeners() while the application starts; or remove pm.groups.%s.listen.")
					.formatted(this.worker.group()),
				null);
	}

	private final class Taken implements ApplicationListener<ApplicationReadyEvent>, Ordered {

		private final TakenListeners listeners;

		private final ApplicationContext context;

		Taken(TakenListeners listeners, ApplicationContext context) {
			this.listeners = listeners;
			this.context = context;
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

		@Override
		public void onApplicationEvent(ApplicationReadyEvent event) {
			if (event.getApplicationContext() == this.context && !this.listeners.isTaken()) {
				throw unserved();
			}
		}

		@Override
		public boolean supportsAsyncExecution() {
			// The start would go on.
			return false;
		}

	}

}
