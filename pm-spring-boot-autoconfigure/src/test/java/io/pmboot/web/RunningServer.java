package io.pmboot.web;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.worker.Drain;
import io.pmboot.worker.DrainSpread;
import io.pmboot.worker.PrivateConnector;
import io.pmboot.worker.TestSpreads;
import io.pmboot.worker.Traffic;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.WebServer;

/** What every server on shared listeners has in a worker. */
public abstract class RunningServer implements ServerWorker {

	/** Over which a reload spreads the end of WebSockets and event streams. */
	private static final Duration SPREAD = Duration.ofMillis(200);

	protected final List<AdoptedListener> listeners = new ArrayList<>();

	protected final DrainSpread spread = TestSpreads.of(SPREAD);

	private WebServer server;

	private SharedListenerServer<?> customizer;

	private Drain streams;

	protected RunningServer(List<? extends BoundListener> shared) throws IOException {
		for (BoundListener listener : shared) {
			this.listeners.add(TestListeners.adopt(listener));
		}
	}

	/**
	 * Starts the server.
	 * @param server the server
	 * @param customizer what has put it on the listeners
	 * @param streams ends its event streams
	 */
	protected final void run(WebServer server, SharedListenerServer<?> customizer, Drain streams) {
		this.server = server;
		this.customizer = customizer;
		this.streams = streams;
		server.start();
	}

	@Override
	public void open() {
		this.customizer.drain().open();
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		this.spread.begin(reason);
		this.streams.begin(reason);
		return this.customizer.drain().begin(reason);
	}

	@Override
	public void hasten(DrainReason reason) {
		this.spread.hasten(reason);
		this.streams.hasten(reason);
		this.customizer.drain().hasten(reason);
	}

	@Override
	public void refuse(boolean refusing) {
		this.customizer.drain().refuse(refusing);
	}

	@Override
	public @Nullable Integer acceptors() {
		return this.customizer.drain().acceptors();
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
	public void close() throws IOException {
		this.server.stop();
		this.server.destroy();
		for (AdoptedListener listener : this.listeners) {
			listener.close();
		}
	}

}
