package io.pmboot.web.tomcat;

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
 * Drains Tomcat, where the application uses it.
 */
final class TomcatDrain implements Drain {

	private static final Log logger = LogFactory.getLog(TomcatDrain.class);

	private final List<AdoptedListener> listeners;

	private volatile @Nullable SharedHttp11NioProtocol protocol;

	TomcatDrain(List<AdoptedListener> listeners) {
		this.listeners = listeners;
	}

	void setProtocol(SharedHttp11NioProtocol protocol) {
		this.protocol = protocol;
	}

	@Override
	public void open() {
		SharedHttp11NioProtocol protocol = this.protocol;
		if (protocol == null) {
			return;
		}
		protocol.open();
		logger.info("Accepting on " + addresses());
	}

	@Override
	public CompletionStage<Void> begin(DrainReason reason) {
		SharedHttp11NioProtocol protocol = this.protocol;
		CompletionStage<Void> drained = CompletableFuture.completedStage(null);
		try {
			if (protocol != null) {
				drained = protocol.drain(reason);
			}
		}
		finally {
			this.listeners.forEach(this::close);
		}
		if (protocol != null) {
			logger.info("No longer accepting on %s (%s); connections left: %d".formatted(addresses(), reason,
					protocol.connections()));
		}
		return drained;
	}

	@Override
	public void hasten(DrainReason reason) {
		SharedHttp11NioProtocol protocol = this.protocol;
		if (protocol != null) {
			protocol.hasten(reason);
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
