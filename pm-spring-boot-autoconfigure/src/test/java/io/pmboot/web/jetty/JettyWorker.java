package io.pmboot.web.jetty;

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
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.WebServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Jetty on shared listeners; two of them in this JVM stand for two workers.
 */
final class JettyWorker implements ServerWorker {

	/** Over which a reload spreads the end of WebSockets and event streams. */
	static final Duration SPREAD = Duration.ofMillis(200);

	final TestServlet servlet;

	final JettyWebServer server;

	final List<AdoptedListener> listeners = new ArrayList<>();

	final Traffic traffic;

	private final DrainSpread spread = TestSpreads.of(SPREAD);

	private final EventStreamFilter streams = new EventStreamFilter(this.spread);

	final PrivateConnector privateConnector;

	private final Drain drain;

	JettyWorker(String name, List<? extends BoundListener> shared, Consumer<JettyServletWebServerFactory> settings)
			throws IOException {
		for (BoundListener listener : shared) {
			this.listeners.add(TestListeners.adopt(listener));
		}
		this.servlet = new TestServlet(name);
		JettySharedListenerCustomizer customizer = new JettySharedListenerCustomizer(this.listeners, this.spread);
		JettyServletWebServerFactory factory = new JettyServletWebServerFactory(
				shared.stream().findFirst().map(JettyWorker::port).orElse(-1));
		settings.accept(factory);
		customizer.customize(factory);
		this.server = (JettyWebServer) factory.getWebServer((context) -> {
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

	SharedServerConnector connector() {
		return (SharedServerConnector) this.server.getServer().getConnectors()[0];
	}

	int connections() {
		return connector().connections();
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
