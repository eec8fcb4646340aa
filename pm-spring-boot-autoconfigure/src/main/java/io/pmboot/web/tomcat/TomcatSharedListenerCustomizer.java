package io.pmboot.web.tomcat;

import java.util.List;

import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.SharedListenerServer;
import io.pmboot.worker.DrainSpread;
import io.pmboot.worker.PrivateConnector;
import io.pmboot.worker.Traffic;
import org.apache.catalina.connector.Connector;

import org.springframework.boot.tomcat.TomcatWebServerFactory;

/**
 * Puts Tomcat on the listeners of this worker, all of them through its one connector, so
 * that every setting of the server is in force on each. Applied after all other
 * customizers.
 */
public final class TomcatSharedListenerCustomizer extends SharedListenerServer<TomcatWebServerFactory> {

	private final DrainSpread spread;

	private final RequestTraffic traffic = new RequestTraffic();

	private final TomcatPrivateConnector privateConnector = new TomcatPrivateConnector(false);

	/**
	 * Creates the customizer.
	 * @param listeners the worker's listeners, the one first that {@code server.port}
	 * names; none for a worker that opens no port
	 * @param spread when WebSocket connections are told to end in a drain
	 */
	public TomcatSharedListenerCustomizer(List<AdoptedListener> listeners, DrainSpread spread) {
		super(listeners);
		this.spread = spread;
	}

	@Override
	public void customize(TomcatWebServerFactory factory) {
		factory.setProtocol(SharedHttp11NioProtocol.class.getName());
		factory.addConnectorCustomizers(this::useListeners);
	}

	private void useListeners(Connector connector) {
		if (connector.getProtocolHandler() instanceof SharedHttp11NioProtocol protocol) {
			protocol.setListeners(listeners());
			protocol.setSpread(this.spread);
			protocol.count(this.traffic);
			use(protocol);
			this.privateConnector.setMain(connector);
		}
	}

	@Override
	public Traffic traffic() {
		return this.traffic;
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.privateConnector;
	}

}
