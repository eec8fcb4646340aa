package io.pmboot.web.tomcat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.SharedListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.web.ServerFeature;
import io.pmboot.web.ServerWorker;
import io.pmboot.web.TestCertificates;
import io.pmboot.web.TestServlet;
import io.pmboot.web.servlet.EventStreamFilter;
import io.pmboot.worker.Drain;
import io.pmboot.worker.DrainSpread;
import io.pmboot.worker.PrivateConnector;
import io.pmboot.worker.TestSpreads;
import io.pmboot.worker.Traffic;
import jakarta.servlet.DispatcherType;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.WebServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Tomcat on shared listeners; two of them in this JVM stand for two workers.
 */
final class TomcatWorker implements ServerWorker {

	/** Over which a reload spreads the end of WebSockets and event streams. */
	static final Duration SPREAD = Duration.ofMillis(200);

	final TestServlet servlet;

	final TomcatWebServer server;

	final List<AdoptedListener> listeners = new ArrayList<>();

	final Traffic traffic;

	final PrivateConnector privateConnector;

	private final DrainSpread spread = TestSpreads.of(SPREAD);

	private final EventStreamFilter streams = new EventStreamFilter(this.spread);

	private final Drain drain;

	TomcatWorker(String name, List<? extends BoundListener> shared, Consumer<TomcatServletWebServerFactory> settings)
			throws IOException {
		for (BoundListener listener : shared) {
			this.listeners.add(TestListeners.adopt(listener));
		}
		this.servlet = new TestServlet(name);
		TomcatSharedListenerCustomizer customizer = new TomcatSharedListenerCustomizer(this.listeners, this.spread);
		TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(
				shared.stream().findFirst().map(TomcatWorker::port).orElse(-1));
		settings.accept(factory);
		customizer.customize(factory);
		this.server = (TomcatWebServer) factory.getWebServer((context) -> {
			var registration = context.addServlet("test", this.servlet);
			registration.addMapping("/*");
			registration.setAsyncSupported(true);
			var filter = context.addFilter("streams", this.streams);
			filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
			filter.setAsyncSupported(true);
		});
		this.server.start();
		this.drain = customizer.drain();
		this.traffic = customizer.traffic();
		this.privateConnector = customizer.privateConnector();
	}

	private static int port(BoundListener listener) {
		return (listener instanceof SharedListener shared) ? shared.localAddress().getPort() : 0;
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

	@Override
	public void open() {
		this.drain.open();
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		this.spread.begin(reason);
		this.streams.drain().begin(reason);
		return this.drain.begin(reason);
	}

	@Override
	public void hasten(DrainReason reason) {
		this.spread.hasten(reason);
		this.streams.drain().hasten(reason);
		this.drain.hasten(reason);
	}

	SharedHttp11NioProtocol protocol() {
		return (SharedHttp11NioProtocol) this.server.getTomcat().getConnector().getProtocolHandler();
	}

	int connections() {
		return protocol().connections();
	}

	@Override
	public WebServer server() {
		return this.server;
	}

	@Override
	public Traffic traffic() {
		return this.traffic;
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.privateConnector;
	}

	@Override
	public int held() {
		return this.servlet.held.get();
	}

	@Override
	public void release() {
		this.servlet.release.countDown();
	}

	@Override
	public void awaitEndOfEvents() throws InterruptedException {
		assertThat(this.servlet.gone.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Override
	public void close() throws IOException {
		this.server.stop();
		this.server.destroy();
		for (AdoptedListener listener : this.listeners) {
			listener.close();
		}
	}

}
