package io.pmboot.web.reactornetty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.worker.Drain;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Drains Reactor Netty, where the application uses it.
 */
final class ReactorNettyDrain implements Drain {

	private static final Log logger = LogFactory.getLog(ReactorNettyDrain.class);

	private final List<AdoptedListener> listeners;

	private final SharedServer server;

	private final ConnectionDrain connections;

	ReactorNettyDrain(List<AdoptedListener> listeners, SharedServer server, ConnectionDrain connections) {
		this.listeners = listeners;
		this.server = server;
		this.connections = connections;
	}

	@Override
	public void open() {
		if (!this.server.isStarted()) {
			return;
		}
		try {
			this.server.open();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		logger.info("Accepting on " + addresses());
	}

	@Override
	public CompletionStage<Void> begin(DrainReason reason) {
		CompletionStage<Void> drained;
		try {
			drained = this.server.drain(reason);
		}
		finally {
			this.listeners.forEach(this::close);
		}
		if (this.server.isStarted()) {
			logger.info("No longer accepting on %s (%s); connections left: %d".formatted(addresses(), reason,
					this.connections.connections()));
		}
		return drained;
	}

	@Override
	public void hasten(DrainReason reason) {
		this.connections.hasten(reason);
	}

	private void close(AdoptedListener listener) {
		try {
			listener.close();
		}
		catch (IOException ex) {
			logger.warn("Closing the listener on " + listener + " failed", ex);
		}
	}

	private String addresses() {
		return String.join(", ", this.listeners.stream().map(AdoptedListener::toString).toList());
	}

}
