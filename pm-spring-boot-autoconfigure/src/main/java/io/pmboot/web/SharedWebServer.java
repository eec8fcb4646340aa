package io.pmboot.web;

import java.time.Duration;
import java.util.List;

import io.pmboot.accept.SharedServer;
import io.pmboot.accept.Spread;
import io.pmboot.socket.AdoptedListener;

import org.springframework.boot.web.server.WebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Puts a web server of one kind on the listeners of this worker, where the application
 * uses it. Applied after all other customizers.
 *
 * @param <F> what makes servers of this kind
 * @param <R> a request
 * @since 0.1
 */
public abstract class SharedWebServer<F extends WebServerFactory, R> extends SharedServer<R>
		implements WebServerFactoryCustomizer<F>, Ordered {

	/** How long an HTTP/2 client may take to heed a GOAWAY before streams are refused. */
	public static final Duration GOAWAY = Duration.ofSeconds(5);

	private final Spread spread;

	private volatile boolean inUse;

	/**
	 * Creates it.
	 * @param listeners the worker's listeners, the one first that {@code server.port}
	 * names; none for a worker that opens no port
	 * @param spread when connections end in a drain that do not end by themselves
	 */
	protected SharedWebServer(List<AdoptedListener> listeners, Spread spread) {
		super(listeners);
		this.spread = spread;
	}

	/** The application's server is of this kind. It need not have been started. */
	protected final void use() {
		this.inUse = true;
	}

	/**
	 * Whether the application's web server is of this kind, and has been put on the
	 * listeners; known once the server has been made.
	 */
	@Override
	public final boolean isInUse() {
		return this.inUse;
	}

	/**
	 * When connections end in a drain that do not end by themselves.
	 * @return the spread
	 */
	public final Spread spread() {
		return this.spread;
	}

	@Override
	public final int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * A way into the server for the worker alone.
	 * @return the connector, which can be opened once the server runs
	 */
	public abstract PrivateConnector privateConnector();

}
