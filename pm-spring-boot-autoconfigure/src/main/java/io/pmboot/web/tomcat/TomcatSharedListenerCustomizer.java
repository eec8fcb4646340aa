package io.pmboot.web.tomcat;

import java.util.List;

import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.SharedListenerServer;
import io.pmboot.worker.Drain;
import io.pmboot.worker.DrainSpread;
import io.pmboot.worker.PrivateConnector;
import io.pmboot.worker.Traffic;
import org.apache.catalina.connector.Connector;

import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Puts Tomcat on the listeners of this worker, all of them through its one connector, so
 * that every setting of the server is in force on each. Applied after all other
 * customizers.
 */
public final class TomcatSharedListenerCustomizer
		implements WebServerFactoryCustomizer<TomcatWebServerFactory>, Ordered, SharedListenerServer {

	private final List<AdoptedListener> listeners;

	private final DrainSpread spread;

	private final TomcatDrain drain;

	private volatile boolean inUse;

	private final RequestTraffic traffic = new RequestTraffic();

	private final TomcatPrivateConnector privateConnector = new TomcatPrivateConnector();

	/**
	 * Creates the customizer.
	 * @param listeners the worker's listeners, the one first that {@code server.port}
	 * names; none for a worker that opens no port
	 * @param spread when WebSocket connections are told to end in a drain
	 */
	public TomcatSharedListenerCustomizer(List<AdoptedListener> listeners, DrainSpread spread) {
		this.spread = spread;
		this.listeners = List.copyOf(listeners);
		this.drain = new TomcatDrain(this.listeners);
	}

	@Override
	public void customize(TomcatWebServerFactory factory) {
		this.inUse = true;
		factory.setProtocol(SharedHttp11NioProtocol.class.getName());
		factory.addConnectorCustomizers(this::useListeners);
	}

	private void useListeners(Connector connector) {
		if (connector.getProtocolHandler() instanceof SharedHttp11NioProtocol protocol) {
			protocol.setListeners(this.listeners);
			protocol.setSpread(this.spread);
			protocol.count(this.traffic);
			this.drain.setProtocol(protocol);
			this.privateConnector.setMain(connector);
		}
	}

	@Override
	public boolean isInUse() {
		return this.inUse;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * How the server that this customizes drains.
	 * @return the drain
	 */
	public Drain drain() {
		return this.drain;
	}

	/**
	 * What the server that this customizes serves.
	 * @return the traffic
	 */
	public Traffic traffic() {
		return this.traffic;
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.privateConnector;
	}

}
