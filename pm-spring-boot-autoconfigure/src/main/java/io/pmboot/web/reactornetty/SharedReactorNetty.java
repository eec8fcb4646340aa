package io.pmboot.web.reactornetty;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpStatusClass;
import io.pmboot.accept.Serving.HeldThread;
import io.pmboot.accept.Spread;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.SharedWebServer;
import io.pmboot.web.netty.NettyAcceptor;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.DisposableServer;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.HttpResources;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerState;
import reactor.netty.resources.LoopResources;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * Reactor Netty on the listeners of this worker, all of them through its one server, so
 * that every setting of the server is in force on each.
 *
 * @since 0.1
 */
public final class SharedReactorNetty extends SharedWebServer<NettyReactiveWebServerFactory, Connection> {

	private static final Set<ChannelOption<?>> TCP_OPTIONS = Set.of(ChannelOption.TCP_NODELAY,
			ChannelOption.SO_KEEPALIVE, ChannelOption.SO_REUSEADDR, ChannelOption.SO_LINGER, ChannelOption.IP_TOS);

	private final Supplier<@Nullable ReactorResourceFactory> resources;

	private final NettyAcceptor acceptor = new NettyAcceptor(this, "reactor-http-", this::connected);

	private final Set<TrackedConnection> connections = ConcurrentHashMap.newKeySet();

	private final ReactorNettyPrivateConnector privateConnector = new ReactorNettyPrivateConnector(false,
			Integer.MAX_VALUE);

	/**
	 * Creates it.
	 * @param listeners the worker's listeners, the one first that {@code server.port}
	 * names; none for a worker that opens no port
	 * @param spread when WebSocket connections are told to end in a drain
	 * @param resources has the application's event loops; asked for when the server
	 * starts, and where there is none, the loops are those of all of Reactor Netty
	 */
	public SharedReactorNetty(List<AdoptedListener> listeners, Spread spread,
			Supplier<@Nullable ReactorResourceFactory> resources) {
		super(listeners, spread);
		this.resources = resources;
	}

	@Override
	public void customize(NettyReactiveWebServerFactory factory) {
		// It would win over what the customizer below says.
		factory.setResourceFactory(null);
		factory.addServerCustomizers(this::useListeners);
	}

	private HttpServer useListeners(HttpServer server) {
		use();
		this.privateConnector.setSecure(server.configuration().isSecure());
		return withoutTcpOptions(server).bindAddress(() -> this.acceptor.localAddress())
			.runOn(new SharedLoopResources(this::loops, this.acceptor::serverChannel), false)
			.doOnBound(this::bound)
			.childObserve(this::observe)
			.doOnChannelInit((observer, channel, remoteAddress) -> {
				TrackedConnection connection = TrackedConnection.of(channel);
				if (connection != null) {
					connection.watchRequests();
				}
			});
	}

	private HttpServer withoutTcpOptions(HttpServer server) {
		Map<ChannelOption<?>, Object> options = new HashMap<>(server.configuration().childOptions());
		options.keySet().retainAll(TCP_OPTIONS);
		this.acceptor.setTcpOptions(options);
		HttpServer without = server;
		for (ChannelOption<?> option : options.keySet()) {
			without = without.childOption(option, null);
		}
		return without;
	}

	private void bound(DisposableServer server) {
		this.privateConnector.setServer(server.channel());
		// Without listeners no request can hold a loop, but the application may.
		if (!listeners().isEmpty()) {
			this.acceptor.setLoops(loops().onServer(false));
		}
	}

	private LoopResources loops() {
		ReactorResourceFactory factory = this.resources.get();
		return (factory != null) ? factory.getLoopResources() : HttpResources.get();
	}

	private void connected(Channel connection) {
		TrackedConnection shared = new TrackedConnection(connection, this);
		connection.pipeline().addLast(shared);
		this.connections.add(shared);
		connection.closeFuture().addListener((closed) -> this.connections.remove(shared));
	}

	private void observe(Connection connection, ConnectionObserver.State state) {
		TrackedConnection shared = TrackedConnection.of(connection.channel());
		// Without one it is the worker's own.
		if (state == HttpServerState.REQUEST_RECEIVED && shared != null) {
			shared.watchRequests();
			shared.settleIfDraining();
			requestBegun(connection, System.nanoTime(), null);
			connection.onTerminate().subscribe(null, (failure) -> ended(connection), () -> ended(connection));
		}
	}

	private void ended(Connection connection) {
		requestEnded(connection, connection instanceof HttpServerResponse response
				&& response.status().codeClass() == HttpStatusClass.SERVER_ERROR);
	}

	// A request that has become a WebSocket makes an end without a word.
	@Override
	protected boolean isOver(Connection connection) {
		return !connection.channel().isActive() || ChannelOperations.get(connection.channel()) != connection;
	}

	@Override
	protected void activated() throws IOException {
		this.acceptor.start();
	}

	@Override
	protected void acceptorsLeft() {
		this.connections.forEach(TrackedConnection::settle);
	}

	@Override
	protected void hastened() {
		this.connections.forEach(TrackedConnection::settle);
	}

	@Override
	public List<HeldThread> held() {
		return this.acceptor.held();
	}

	@Override
	public @Nullable Integer requestThreads() {
		return this.acceptor.loops();
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.privateConnector;
	}

	/**
	 * A way into a Reactor Netty that serves no shared listeners.
	 * @param alone whether that listens nowhere else
	 * @param maxConnections how many connections it may have
	 * @return the connector
	 */
	public static PrivateConnector.OfServer<NettyReactiveWebServerFactory> connector(boolean alone,
			int maxConnections) {
		return new ReactorNettyPrivateConnector(alone, maxConnections);
	}

	/**
	 * Whether a request is the worker's own, by which it warms itself up.
	 * @param request a request
	 * @return whether it came by the {@link #privateConnector()}
	 */
	public static boolean isPrivate(ServerHttpRequest request) {
		return ReactorNettyPrivateConnector.isPrivate(ServerHttpRequestDecorator.getNativeRequest(request));
	}

}
