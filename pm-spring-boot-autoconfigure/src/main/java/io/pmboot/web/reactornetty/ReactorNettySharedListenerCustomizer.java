package io.pmboot.web.reactornetty;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.SharedListenerServer;
import io.pmboot.web.netty.NettyAcceptor;
import io.pmboot.worker.DrainSpread;
import io.pmboot.worker.PrivateConnector;
import io.pmboot.worker.Traffic;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.HttpResources;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * Puts Reactor Netty on the listeners of this worker, all of them through its one server,
 * so that every setting of the server is in force on each. Applied after all other
 * customizers.
 *
 * @since 0.1
 */
public final class ReactorNettySharedListenerCustomizer extends SharedListenerServer<NettyReactiveWebServerFactory> {

	private static final Set<ChannelOption<?>> TCP_OPTIONS = Set.of(ChannelOption.TCP_NODELAY,
			ChannelOption.SO_KEEPALIVE, ChannelOption.SO_REUSEADDR, ChannelOption.SO_LINGER, ChannelOption.IP_TOS);

	private final InetSocketAddress localAddress;

	private final Supplier<@Nullable ReactorResourceFactory> resources;

	private final SharedServer server;

	private final RequestTraffic traffic = new RequestTraffic();

	private final ReactorNettyPrivateConnector privateConnector = new ReactorNettyPrivateConnector(false);

	/**
	 * Creates the customizer.
	 * @param listeners the worker's listeners, the one first that {@code server.port}
	 * names; none for a worker that opens no port
	 * @param spread when WebSocket connections are told to end in a drain
	 * @param resources has the application's event loops; asked for when the server
	 * starts, and where there is none, the loops are those of all of Reactor Netty
	 */
	public ReactorNettySharedListenerCustomizer(List<AdoptedListener> listeners, DrainSpread spread,
			Supplier<@Nullable ReactorResourceFactory> resources) {
		super(listeners);
		this.localAddress = NettyAcceptor.localAddress(listeners);
		this.resources = resources;
		this.server = new SharedServer(listeners(), new ConnectionDrain(spread));
	}

	@Override
	public void customize(NettyReactiveWebServerFactory factory) {
		// It would win over what the customizer below says.
		factory.setResourceFactory(null);
		factory.addServerCustomizers(this::useListeners);
	}

	private HttpServer useListeners(HttpServer server) {
		use(this.server);
		this.privateConnector.setSecure(server.configuration().isSecure());
		return withoutTcpOptions(server).bindAddress(() -> this.localAddress)
			.runOn(new SharedLoopResources(this::loops, this.localAddress, this.traffic::use, this::started), false)
			.childObserve(this.traffic)
			.doOnChannelInit((observer, channel, remoteAddress) -> {
				SharedConnection connection = SharedConnection.of(channel);
				if (connection != null) {
					connection.watchRequests();
				}
			});
	}

	private HttpServer withoutTcpOptions(HttpServer server) {
		Map<ChannelOption<?>, Object> options = new HashMap<>(server.configuration().childOptions());
		options.keySet().retainAll(TCP_OPTIONS);
		this.server.setTcpOptions(options);
		HttpServer without = server;
		for (ChannelOption<?> option : options.keySet()) {
			without = without.childOption(option, null);
		}
		return without;
	}

	private void started(Channel channel) {
		this.server.setChannel(channel);
		this.privateConnector.setServer(channel);
	}

	private LoopResources loops() {
		ReactorResourceFactory factory = this.resources.get();
		return (factory != null) ? factory.getLoopResources() : HttpResources.get();
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.privateConnector;
	}

	/**
	 * Whether a request is the worker's own, by which it warms itself up.
	 * @param request a request
	 * @return whether it came by the {@link #privateConnector()}
	 */
	public static boolean isPrivate(ServerHttpRequest request) {
		return ReactorNettyPrivateConnector.isPrivate(ServerHttpRequestDecorator.getNativeRequest(request));
	}

	@Override
	public Traffic traffic() {
		return this.traffic;
	}

}
