package io.pmboot.web.jetty;

import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.pmboot.accept.Spread;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.SharedWebServer;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.ContainerLifeCycle;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.util.ClassUtils;

/**
 * Jetty on the listeners of this worker, all of them through its one connector, so that
 * every setting of the server is in force on each.
 *
 * @since 0.1
 */
public final class SharedJetty extends SharedWebServer<ConfigurableJettyWebServerFactory, Request> {

	/** How long the client of an idle connection may take to close it. */
	private static final long LINGER_MILLIS = 1000;

	/** For Jetty to parse what it is reading. */
	private static final long LOOK_AGAIN_MILLIS = 20;

	private final JettyPrivateConnector privateConnector = new JettyPrivateConnector(false);

	private final @Nullable Http2Farewells http2 = Http2Farewells.POSSIBLE ? new Http2Farewells() : null;

	private volatile @Nullable SharedServerConnector connector;

	private volatile @Nullable WebSockets sockets;

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
		this.sockets = new WebSockets(connector().getServer());
	}

	@Override
	protected void draining() {
		if (closesIdle()) {
			sayGoAway();
		}
		else {
			connector().getConnectedEndPoints().forEach(this::sayFarewell);
		}
		WebSockets sockets = this.sockets;
		if (sockets != null) {
			sockets.end(spread()::end);
		}
	}

	/** Tells a client of HTTP/2 in a drain, unless that hurries: then Jetty tells it. */
	void sayFarewell(EndPoint endPoint) {
		if (this.http2 != null && isDraining() && !closesIdle()) {
			this.http2.say(connection(endPoint), connector().getScheduler());
		}
	}

	/** HTTP/2 alone: streams that are open finish, and then the connection ends. */
	private void sayGoAway() {
		for (ConnectionFactory factory : connector().getConnectionFactories()) {
			if (factory instanceof ContainerLifeCycle container) {
				container.getBeans(Graceful.class).forEach(Graceful::shutdown);
			}
		}
	}

	@Override
	protected void acceptorsLeft() {
		if (closesIdle()) {
			closeIdle();
		}
	}

	@Override
	protected void hastened() {
		sayGoAway();
		closeIdle();
	}

	private void closeIdle() {
		connector().getConnectedEndPoints().forEach(this::closeIfIdle);
	}

	private void closeIfIdle(EndPoint endPoint) {
		if (!(connection(endPoint) instanceof HttpConnection http)) {
			// HTTP/2 has said GOAWAY, and does not time out while a stream is open.
			endPoint.setIdleTimeout(LINGER_MILLIS);
			return;
		}
		// In this order: what has arrived is read, and parsed, before Jetty waits for
		// more.
		boolean hasInput = hasInput(endPoint);
		boolean waits = endPoint.isFillInterested();
		if (http.getHttpChannel().getRequest() != null || !http.getParser().isStart() || !endPoint.isOpen()) {
			return;
		}
		if (hasInput || !waits) {
			connector().getScheduler().schedule(() -> closeIfIdle(endPoint), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
		}
		else {
			endPoint.close();
		}
	}

	/** What speaks a protocol on an end point, within TLS where it has that. */
	static @Nullable Connection connection(EndPoint endPoint) {
		Connection connection = endPoint.getConnection();
		return (connection instanceof SslConnection secure) ? secure.getSslEndPoint().getConnection() : connection;
	}

	/** Whether bytes of a client wait to be read. */
	static boolean hasInput(EndPoint endPoint) {
		return endPoint.getTransport() instanceof SocketChannel channel && AdoptedListener.hasInput(channel);
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.privateConnector;
	}

	/**
	 * A way into a Jetty that serves no shared listeners.
	 * @param alone whether that listens nowhere else
	 * @return the connector
	 */
	public static PrivateConnector.OfServer<ConfigurableJettyWebServerFactory> connector(boolean alone) {
		return new JettyPrivateConnector(alone);
	}

	/**
	 * Ends connections of HTTP/2 as RFC 9113, 6.8 has it: a first GOAWAY that refuses
	 * nothing, so that requests on their way are served, and Jetty's own a while later.
	 * That refuses what an idle connection sends behind it. A class of its own, because
	 * an application may be without HTTP/2.
	 */
	private static final class Http2Farewells {

		static final boolean POSSIBLE = ClassUtils.isPresent("org.eclipse.jetty.http2.HTTP2Connection",
				Http2Farewells.class.getClassLoader());

		private final Set<HTTP2Session> told = ConcurrentHashMap.newKeySet();

		void say(@Nullable Connection connection, Scheduler scheduler) {
			if (connection instanceof HTTP2Connection spoken && this.told.add(spoken.getSession())) {
				HTTP2Session session = spoken.getSession();
				// Past the session's state, by which it would refuse what comes next.
				session.frames(null, List.of(new GoAwayFrame(Integer.MAX_VALUE, ErrorCode.NO_ERROR.code, null)),
						Callback.NOOP);
				scheduler.schedule(session::shutdown, SharedWebServer.GOAWAY.toSeconds(), TimeUnit.SECONDS);
			}
		}

	}

}
