package io.pmboot.web.tomcat;

import java.util.List;
import java.util.Objects;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.accept.Spread;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.SharedWebServer;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.TomcatWebServerFactory;

/**
 * Tomcat on the listeners of this worker, all of them through its one connector, so that
 * every setting of the server is in force on each.
 *
 * @since 0.1
 */
public final class SharedTomcat extends SharedWebServer<TomcatWebServerFactory, Request> {

	private final TomcatPrivateConnector privateConnector = new TomcatPrivateConnector(false);

	private volatile @Nullable SharedHttp11NioProtocol protocol;

	/**
	 * Creates it.
	 * @param listeners the worker's listeners, the one first that {@code server.port}
	 * names; none for a worker that opens no port
	 * @param spread when WebSocket connections are told to end in a drain
	 */
	public SharedTomcat(List<AdoptedListener> listeners, Spread spread) {
		super(listeners, spread);
	}

	@Override
	public void customize(TomcatWebServerFactory factory) {
		factory.setProtocol(SharedHttp11NioProtocol.class.getName());
		factory.addConnectorCustomizers(this::useListeners);
	}

	private void useListeners(Connector connector) {
		if (connector.getProtocolHandler() instanceof SharedHttp11NioProtocol shared) {
			shared.setServer(this, connector);
			this.protocol = shared;
			use();
			this.privateConnector.setMain(connector);
		}
	}

	private SharedHttp11NioProtocol protocol() {
		return Objects.requireNonNull(this.protocol);
	}

	private SharedNioEndpoint endpoint() {
		return protocol().endpoint();
	}

	// Of an asynchronous request whose client has gone Tomcat may make an end without a
	// word.
	@Override
	protected boolean isOver(Request request) {
		return request.getStartTimeNanos() < 0;
	}

	@Override
	protected void draining(DrainReason reason) {
		super.draining(reason);
		if (!Serving.awaitsIdleConnections(reason)) {
			protocol().endHttp2WhenIdle();
		}
	}

	@Override
	protected void acceptorsLeft() {
		endpoint().drain().acceptorsLeft();
	}

	@Override
	protected void hastened(DrainReason reason) {
		super.hastened(reason);
		protocol().endHttp2WhenIdle();
		endpoint().drain().hasten();
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.privateConnector;
	}

	/**
	 * A way into the master's Tomcat.
	 * @param alone whether that listens nowhere else
	 * @return the connector
	 */
	public static PrivateConnector.OfMaster<TomcatWebServerFactory> masterConnector(boolean alone) {
		return new TomcatPrivateConnector(alone);
	}

}
