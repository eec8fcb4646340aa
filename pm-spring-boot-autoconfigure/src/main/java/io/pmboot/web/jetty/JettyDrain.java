package io.pmboot.web.jetty;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.worker.Drain;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Drains Jetty, where the application uses it.
 */
final class JettyDrain implements Drain {

	private static final Log logger = LogFactory.getLog(JettyDrain.class);

	private final List<AdoptedListener> listeners;

	private volatile @Nullable SharedServerConnector connector;

	JettyDrain(List<AdoptedListener> listeners) {
		this.listeners = listeners;
	}

	void setConnector(SharedServerConnector connector) {
		this.connector = connector;
	}

	@Override
	public void open() {
		SharedServerConnector connector = this.connector;
		if (connector == null) {
			return;
		}
		connector.gate().open();
		logger.info("Accepting on " + addresses());
	}

	@Override
	public CompletionStage<Void> begin(DrainReason reason) {
		SharedServerConnector connector = this.connector;
		CompletionStage<Void> drained = CompletableFuture.completedStage(null);
		try {
			if (connector != null) {
				drained = connector.drain(reason);
			}
		}
		finally {
			this.listeners.forEach(this::close);
		}
		if (connector != null) {
			logger.info("No longer accepting on %s (%s); connections left: %d".formatted(addresses(), reason,
					connector.connections()));
		}
		return drained;
	}

	@Override
	public void hasten(DrainReason reason) {
		SharedServerConnector connector = this.connector;
		if (connector != null) {
			connector.hasten(reason);
		}
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
