package io.pmboot.web;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.SharedListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.web.servlet.EventStreamFilter;
import io.pmboot.worker.DrainSpread;
import io.pmboot.worker.PrivateConnector;
import io.pmboot.worker.TestSpreads;
import io.pmboot.worker.Traffic;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;

import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.servlet.ServletWebServerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** A servlet container on shared listeners, with a {@link TestServlet}. */
public abstract class ServletServerWorker implements ServerWorker {

	/** Over which a reload spreads the end of WebSockets and event streams. */
	private static final Duration SPREAD = Duration.ofMillis(200);

	public final TestServlet servlet;

	protected final List<AdoptedListener> listeners = new ArrayList<>();

	protected final DrainSpread spread = TestSpreads.of(SPREAD);

	private final EventStreamFilter streams = new EventStreamFilter(this.spread);

	private WebServer server;

	private SharedListenerServer<?> customizer;

	protected ServletServerWorker(String name, List<? extends BoundListener> shared) throws IOException {
		this.servlet = new TestServlet(name);
		for (BoundListener listener : shared) {
			this.listeners.add(TestListeners.adopt(listener));
		}
	}

	protected static int port(List<? extends BoundListener> shared) {
		return shared.stream()
			.findFirst()
			.map((first) -> (first instanceof SharedListener listener) ? listener.localAddress().getPort() : 0)
			.orElse(-1);
	}

	/**
	 * Starts the server.
	 * @param factory makes it, customized
	 * @param customizer by what
	 */
	protected final void start(ServletWebServerFactory factory, SharedListenerServer<?> customizer) {
		this.customizer = customizer;
		this.server = factory.getWebServer(this::addTo);
		this.server.start();
	}

	private void addTo(ServletContext context) {
		var registration = context.addServlet("test", this.servlet);
		registration.addMapping("/*");
		registration.setAsyncSupported(true);
		var filter = context.addFilter("streams", this.streams);
		filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
		filter.setAsyncSupported(true);
	}

	@Override
	public void open() {
		this.customizer.drain().open();
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		this.spread.begin(reason);
		this.streams.drain().begin(reason);
		return this.customizer.drain().begin(reason);
	}

	@Override
	public void hasten(DrainReason reason) {
		this.spread.hasten(reason);
		this.streams.drain().hasten(reason);
		this.customizer.drain().hasten(reason);
	}

	@Override
	public WebServer server() {
		return this.server;
	}

	@Override
	public Traffic traffic() {
		return this.customizer.traffic();
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.customizer.privateConnector();
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
