package io.pmboot.web.tomcat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.pmboot.socket.BoundListener;
import io.pmboot.web.ServerFeature;
import io.pmboot.web.ServletServerWorker;
import io.pmboot.web.TestCertificates;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Http2;

/**
 * A Tomcat on shared listeners; two of them in this JVM stand for two workers.
 */
final class TomcatWorker extends ServletServerWorker {

	TomcatWorker(String name, List<? extends BoundListener> shared, Consumer<TomcatServletWebServerFactory> settings)
			throws IOException {
		super(name, shared);
		SharedTomcat server = new SharedTomcat(this.listeners, this.spread);
		TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(port(shared));
		settings.accept(factory);
		server.customize(factory);
		start(factory, server);
	}

	TomcatWorker(String name, List<? extends BoundListener> shared, Set<ServerFeature> features) throws IOException {
		this(name, shared, (factory) -> features.forEach((feature) -> add(feature, factory)));
	}

	private static void add(ServerFeature feature, TomcatServletWebServerFactory factory) {
		switch (feature) {
			case SHORT_IDLE_TIME_OUT ->
				factory.addConnectorCustomizers((connector) -> connector.setProperty("keepAliveTimeout", "1000"));
			case TLS -> factory.setSsl(TestCertificates.ssl());
			case HTTP_2 -> {
				Http2 http2 = new Http2();
				http2.setEnabled(true);
				factory.setHttp2(http2);
			}
			case FOUR_THREADS -> threads(4).accept(factory);
			case VIRTUAL_THREADS ->
				threads(4).andThen((limited) -> limited.addConnectorCustomizers((connector) -> connector
					.setProperty("useVirtualThreads", String.valueOf(ServerFeature.isVirtual())))).accept(factory);
			case TWO_CONNECTIONS ->
				factory.addConnectorCustomizers((connector) -> connector.setProperty("maxConnections", "2"));
			case WEB_SOCKETS -> TestSockets.add(factory);
		}
	}

	static TomcatWorker open(String name, BoundListener listener) throws IOException {
		return open(name, listener, (factory) -> {
		});
	}

	static TomcatWorker open(String name, BoundListener listener, Consumer<TomcatServletWebServerFactory> settings)
			throws IOException {
		TomcatWorker worker = new TomcatWorker(name, List.of(listener), settings);
		worker.open();
		return worker;
	}

	static Consumer<TomcatServletWebServerFactory> threads(int maximum) {
		return (factory) -> factory.addConnectorCustomizers((connector) -> {
			SharedHttp11NioProtocol protocol = (SharedHttp11NioProtocol) connector.getProtocolHandler();
			protocol.setMaxThreads(maximum);
		});
	}

	SharedHttp11NioProtocol protocol() {
		return (SharedHttp11NioProtocol) ((TomcatWebServer) server()).getTomcat().getConnector().getProtocolHandler();
	}

	int connections() {
		return ((SharedTomcat) serving()).gate().connections();
	}

}
