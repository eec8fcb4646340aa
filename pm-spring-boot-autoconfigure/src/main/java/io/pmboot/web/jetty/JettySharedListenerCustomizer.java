package io.pmboot.web.jetty;

import java.util.List;

import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.SharedListenerServer;
import io.pmboot.worker.DrainSpread;
import io.pmboot.worker.PrivateConnector;
import io.pmboot.worker.Traffic;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;

/**
 * Puts Jetty on the listeners of this worker, all of them through its one connector, so
 * that every setting of the server is in force on each. Applied after all other
 * customizers.
 */
public final class JettySharedListenerCustomizer extends SharedListenerServer<ConfigurableJettyWebServerFactory> {

	private final DrainSpread spread;

	private final JettyPrivateConnector privateConnector = new JettyPrivateConnector(false);

	private final RequestWatch watch = new RequestWatch();

	/**
	 * Creates the customizer.
	 * @param listeners the worker's listeners, the one first that {@code server.port}
	 * names; none for a worker that opens no port
	 * @param spread when WebSocket connections are told to end in a drain
	 */
	public JettySharedListenerCustomizer(List<AdoptedListener> listeners, DrainSpread spread) {
		super(listeners);
		this.spread = spread;
	}

	@Override
	public void customize(ConfigurableJettyWebServerFactory factory) {
		factory.addServerCustomizers(this::useListeners);
	}

	private void useListeners(Server server) {
		if (server.getConnectors().length != 1 || !(server.getConnectors()[0] instanceof ServerConnector connector)) {
			throw new IllegalStateException(
					"Jetty has connectors beside its own on server.port, which the workers of a group cannot share: "
							+ List.of(server.getConnectors()) + ". Remove the customizer that adds them; "
							+ "more addresses are listed in the group's 'listen'");
		}
		SharedServerConnector shared = new SharedServerConnector(connector, listeners(), this.spread);
		server.setConnectors(new Connector[] { shared });
		limitConnections(server, shared);
		Handler handler = server.getHandler();
		this.watch.setServer(server);
		server.setHandler(this.watch);
		this.watch.setHandler(handler);
		this.watch.use(shared);
		use(shared);
		this.privateConnector.setServer(server);
	}

	private static void limitConnections(Server server, SharedServerConnector shared) {
		// Boot's, which counts the connections of the connector that is no more.
		for (NetworkConnectionLimit limit : server.getBeans(NetworkConnectionLimit.class)) {
			server.removeBean(limit);
			server.addBean(new NetworkConnectionLimit(limit.getMaxNetworkConnectionCount(), shared));
		}
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.privateConnector;
	}

	@Override
	public Traffic traffic() {
		return this.watch;
	}

}
