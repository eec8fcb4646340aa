package io.pmboot.web.jetty;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.pmboot.socket.BoundListener;
import io.pmboot.web.ServerFeature;
import io.pmboot.web.ServletServerWorker;
import io.pmboot.web.TestCertificates;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.Http2;

/**
 * A Jetty on shared listeners; two of them in this JVM stand for two workers.
 */
final class JettyWorker extends ServletServerWorker {

	JettyWorker(String name, List<? extends BoundListener> shared, Consumer<JettyServletWebServerFactory> settings)
			throws IOException {
		super(name, shared);
		SharedJetty server = new SharedJetty(this.listeners, this.spread);
		JettyServletWebServerFactory factory = new JettyServletWebServerFactory(port(shared));
		settings.accept(factory);
		server.customize(factory);
		start(factory, server);
	}

	JettyWorker(String name, List<? extends BoundListener> shared, Set<ServerFeature> features) throws IOException {
		this(name, shared, (factory) -> features.forEach((feature) -> add(feature, factory)));
	}

	private static void add(ServerFeature feature, JettyServletWebServerFactory factory) {
		switch (feature) {
			case SHORT_IDLE_TIME_OUT -> factory
				.addServerCustomizers((server) -> ((ServerConnector) server.getConnectors()[0]).setIdleTimeout(1000));
			case TLS -> factory.setSsl(TestCertificates.ssl());
			case HTTP_2 -> {
				Http2 http2 = new Http2();
				http2.setEnabled(true);
				factory.setHttp2(http2);
			}
			case FOUR_THREADS -> threads(4).accept(factory);
			case VIRTUAL_THREADS -> {
				if (ServerFeature.isVirtual()) {
					factory.setThreadPool(new VirtualThreadPool());
				}
				else {
					threads(4).accept(factory);
				}
			}
			case TWO_CONNECTIONS -> factory.setMaxConnections(2);
			case WEB_SOCKETS -> factory.addInitializers(TestSockets::add);
		}
	}

	static JettyWorker open(String name, BoundListener listener) throws IOException {
		return open(name, listener, (factory) -> {
		});
	}

	static JettyWorker open(String name, BoundListener listener, Consumer<JettyServletWebServerFactory> settings)
			throws IOException {
		JettyWorker worker = new JettyWorker(name, List.of(listener), settings);
		worker.open();
		return worker;
	}

	static Consumer<JettyServletWebServerFactory> threads(int maximum) {
		// Two for a selector and Jetty's own acceptor, which ends.
		return (factory) -> {
			factory.setSelectors(1);
			QueuedThreadPool pool = new QueuedThreadPool(maximum + 2, maximum + 2);
			pool.setReservedThreads(0);
			factory.setThreadPool(pool);
		};
	}

	SharedServerConnector connector() {
		return (SharedServerConnector) ((JettyWebServer) server()).getServer().getConnectors()[0];
	}

	int connections() {
		return ((SharedJetty) serving()).gate().connections();
	}

}
