package io.pmboot.web;

import java.util.List;

import io.pmboot.socket.AdoptedListener;
import io.pmboot.worker.Drain;
import io.pmboot.worker.PrivateConnector;
import io.pmboot.worker.Traffic;

import org.springframework.boot.web.server.WebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Puts a web server of one kind on the listeners of this worker, where the application
 * uses it. Applied after all other customizers.
 *
 * @param <F> what makes servers of this kind
 * @since 0.1
 */
public abstract class SharedListenerServer<F extends WebServerFactory>
		implements WebServerFactoryCustomizer<F>, Ordered {

	private final List<AdoptedListener> listeners;

	private final ListenersDrain drain;

	/**
	 * Creates it.
	 * @param listeners the worker's listeners, the one first that {@code server.port}
	 * names; none for a worker that opens no port
	 */
	protected SharedListenerServer(List<AdoptedListener> listeners) {
		this.listeners = List.copyOf(listeners);
		this.drain = new ListenersDrain(this.listeners);
	}

	/**
	 * The worker's listeners.
	 * @return the one first that {@code server.port} names
	 */
	protected final List<AdoptedListener> listeners() {
		return this.listeners;
	}

	/**
	 * The application's server is of this kind.
	 * @param server the server, which need not have been started
	 */
	protected final void use(DrainingServer server) {
		this.drain.use(server);
	}

	/**
	 * Whether the application's web server is of this kind, and has been put on the
	 * listeners; known once the server has been made.
	 * @return whether it is in use
	 */
	public final boolean isInUse() {
		return this.drain.isInUse();
	}

	@Override
	public final int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * How the server drains.
	 * @return the drain, which has nothing to do where the server is not in use
	 */
	public final Drain drain() {
		return this.drain;
	}

	/**
	 * What the server serves.
	 * @return the traffic
	 */
	public abstract Traffic traffic();

	/**
	 * A way into the server for the worker alone.
	 * @return the connector, which can be opened once the server runs
	 */
	public abstract PrivateConnector privateConnector();

}
