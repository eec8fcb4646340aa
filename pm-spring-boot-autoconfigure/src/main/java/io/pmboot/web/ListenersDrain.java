package io.pmboot.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.loop.LoopLog;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.worker.Drain;
import org.jspecify.annotations.Nullable;

/**
 * Drains the server that a worker's listeners are served by, where the application uses
 * it.
 *
 * @since 0.1
 */
public final class ListenersDrain implements Drain {

	private static final LoopLog logger = LoopLog.of(ListenersDrain.class);

	private final List<AdoptedListener> listeners;

	private volatile @Nullable DrainingServer server;

	private volatile boolean accepting;

	/**
	 * Creates it, for a server that need not be used.
	 * @param listeners the listeners
	 */
	public ListenersDrain(List<AdoptedListener> listeners) {
		this.listeners = listeners;
	}

	/**
	 * The application uses the server.
	 * @param server the server, which need not have been started
	 */
	public void use(DrainingServer server) {
		this.server = server;
	}

	boolean isInUse() {
		return this.server != null;
	}

	@Override
	public CompletionStage<Void> open() {
		DrainingServer server = this.server;
		if (server != null) {
			try {
				server.beginAccepting();
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Accepting on %s cannot begin".formatted(addresses()), ex);
			}
			this.accepting = !this.listeners.isEmpty();
			logger.info("Accepting on " + addresses());
		}
		return Drain.super.open();
	}

	@Override
	public void refuse(boolean refusing) {
		DrainingServer server = this.server;
		if (server != null) {
			server.refuse(refusing);
		}
	}

	@Override
	public @Nullable Integer acceptors() {
		DrainingServer server = this.server;
		return (this.accepting && server != null) ? server.acceptors() : null;
	}

	@Override
	public CompletionStage<Void> begin(DrainReason reason) {
		this.accepting = false;
		DrainingServer server = this.server;
		CompletionStage<Void> drained = CompletableFuture.completedStage(null);
		try {
			if (server != null) {
				drained = server.drain(reason);
			}
		}
		finally {
			AdoptedListener.close(this.listeners);
		}
		if (server != null) {
			logger.info("No longer accepting on %s (%s); connections left: %d".formatted(addresses(), reason,
					server.connections()));
		}
		return drained;
	}

	@Override
	public void hasten(DrainReason reason) {
		DrainingServer server = this.server;
		if (server != null) {
			server.hasten(reason);
		}
	}

	private String addresses() {
		return String.join(", ", this.listeners.stream().map(AdoptedListener::toString).toList());
	}

}
