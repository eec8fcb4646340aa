package io.pmboot.web;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.pmboot.socket.BoundListener;
import io.pmboot.socket.TcpListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;

import org.springframework.boot.web.server.servlet.ServletWebServerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** A servlet container on shared listeners, with a {@link TestServlet}. */
public abstract class ServletServerWorker extends RunningServer {

	public final TestServlet servlet;

	private final EventStreamFilter streams = new EventStreamFilter(this.spread);

	protected ServletServerWorker(String name, List<? extends BoundListener> shared) throws IOException {
		super(shared);
		this.servlet = new TestServlet(name);
	}

	protected static int port(List<? extends BoundListener> shared) {
		return shared.stream()
			.findFirst()
			.map((first) -> (first instanceof TcpListener listener) ? listener.localAddress().getPort() : 0)
			.orElse(-1);
	}

	/**
	 * Starts the server.
	 * @param factory makes it, customized
	 * @param shared by what
	 */
	protected final void start(ServletWebServerFactory factory, SharedWebServer<?, ?> shared) {
		run(factory.getWebServer(this::addTo), shared, this.streams);
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

}
