package io.pmboot.web.jetty;

import java.util.List;
import java.util.Objects;

import io.pmboot.DrainReason;
import io.pmboot.accept.Spread;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.SharedWebServer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;

/**
 * Jetty on the listeners of this worker, all of them through its one connector, so that
 * every setting of the server is in force on each.
 *
 * @since 0.1
 */
public final class SharedJetty extends SharedWebServer<ConfigurableJettyWebServerFactory, Request> {

	private final JettyPrivateConnector privateConnector = new JettyPrivateConnector(false);

	private volatile @Nullable SharedServerConnector connector;

	/**
	 * Creates it.
	 * @param listeners the worker's listeners, the one first that {@code server.port}
	 * names; none for a worker that opens no port
	 * @param spread when WebSocket connections are told to end in a drain
	 */
	public SharedJetty(List<AdoptedListener> listeners, Spread spread) {
		super(listeners, spread);
	}

	@Override
	public void customize(ConfigurableJettyWebServerFactory factory) {
		factory.addServerCustomizers(this::useListeners);
	}

	private void useListeners(Server server) {
		if (server.getConnectors().length != 1 || !(server.getConnectors()[0] instanceof ServerConnector replaced)) {
			throw new IllegalStateException(
					"Jetty has connectors beside its own on server.port, which the workers of a group cannot share: "
							+ List.of(server.getConnectors()) + ". Remove the customizer that adds them; "
							+ "more addresses are listed in the group's 'listen'");
		}
		SharedServerConnector shared = new SharedServerConnector(replaced, this);
		server.setConnectors(new Connector[] { shared });
		limitConnections(server, shared);
		RequestWatch watch = new RequestWatch(shared, this);
		watch.setServer(server);
		server.insertHandler(watch);
		this.connector = shared;
		use();
		this.privateConnector.setServer(server);
	}

	private static void limitConnections(Server server, SharedServerConnector shared) {
		// Boot's, which counts the connections of the connector that is no more.
		for (NetworkConnectionLimit limit : server.getBeans(NetworkConnectionLimit.class)) {
			server.removeBean(limit);
			server.addBean(new NetworkConnectionLimit(limit.getMaxNetworkConnectionCount(), shared));
		}
	}

	private SharedServerConnector connector() {
		return Objects.requireNonNull(this.connector);
	}

	@Override
	protected void activated() {
		connector().activated();
	}

	@Override
	protected void draining(DrainReason reason) {
		super.draining(reason);
		connector().draining(reason);
	}

	@Override
	protected void acceptorsLeft() {
		connector().closeIdle();
	}

	@Override
	protected void hastened(DrainReason reason) {
		super.hastened(reason);
		connector().hasten();
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.privateConnector;
	}

	/**
	 * A way into the master's Jetty.
	 * @param alone whether that listens nowhere else
	 * @return the connector
	 */
	public static PrivateConnector.OfMaster<ConfigurableJettyWebServerFactory> masterConnector(boolean alone) {
		return new JettyPrivateConnector(alone);
	}

}
