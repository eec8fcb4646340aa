package io.pmboot.web;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.accept.Spread;
import io.pmboot.accept.TestSpreads;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.TestListeners;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.WebServer;

/** What every server on shared listeners has in a worker. */
public abstract class RunningServer implements ServerWorker {

	/** Over which a reload spreads the end of WebSockets and event streams. */
	private static final Duration SPREAD = Duration.ofMillis(200);

	protected final List<AdoptedListener> listeners = new ArrayList<>();

	protected final Spread spread = TestSpreads.of(SPREAD);

	private WebServer server;

	private SharedWebServer<?, ?> shared;

	private Serving streams;

	protected RunningServer(List<? extends BoundListener> shared) throws IOException {
		for (BoundListener listener : shared) {
			this.listeners.add(TestListeners.adopt(listener));
		}
	}

	/**
	 * Starts the server.
	 * @param server the server
	 * @param shared what has put it on the listeners
	 * @param streams ends its event streams
	 */
	protected final void run(WebServer server, SharedWebServer<?, ?> shared, Serving streams) {
		this.server = server;
		this.shared = shared;
		this.streams = streams;
		server.start();
	}

	@Override
	public void open() {
		this.shared.open();
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		this.spread.drain(reason);
		this.streams.drain(reason);
		return this.shared.drain(reason);
	}

	@Override
	public void hasten(DrainReason reason) {
		this.spread.hasten(reason);
		this.streams.hasten(reason);
		this.shared.hasten(reason);
	}

	@Override
	public void refuse(boolean refusing) {
		this.shared.refuse(refusing);
	}

	@Override
	public @Nullable Integer acceptors() {
		return this.shared.acceptors();
	}

	@Override
	public WebServer server() {
		return this.server;
	}

	@Override
	public Serving serving() {
		return this.shared;
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.shared.privateConnector();
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
