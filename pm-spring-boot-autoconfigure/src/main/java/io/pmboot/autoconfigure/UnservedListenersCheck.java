package io.pmboot.autoconfigure;

import io.pmboot.StartFailedException;
import io.pmboot.Worker;
import io.pmboot.web.SharedWebServer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Fails the start of a worker that has listeners and a web server that cannot accept on
 * them, before that opens the port itself. By now the server has been made, though not
 * started.
 */
class UnservedListenersCheck implements SmartInitializingSingleton {

	private final AdoptedListeners listeners;

	private final ObjectProvider<SharedWebServer<?, ?>> servers;

	private final Worker worker;

	UnservedListenersCheck(AdoptedListeners listeners, ObjectProvider<SharedWebServer<?, ?>> servers, Worker worker) {
		this.listeners = listeners;
		this.servers = servers;
		this.worker = worker;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (!this.listeners.others().isEmpty() && this.servers.stream().noneMatch(SharedWebServer::isInUse)) {
			throw unserved(this.worker.group());
		}
	}

	static StartFailedException unserved(String group) {
		return new StartFailedException(
				"Group '%s' listens, but this application has nothing that accepts on shared listeners".formatted(group),
				("Use Tomcat, Jetty or Reactor Netty (spring-boot-starter-tomcat, -jetty, -reactor-netty) as the web server, by Boot's own factory; or have no web "
						+ "server (spring.main.web-application-type=none) and declare a bean of ConnectionHandler, or call "
						+ "Worker.listeners() while the application starts; or remove pm.groups.%s.listen.")
					.formatted(group),
				null);
	}

}
