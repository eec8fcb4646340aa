package io.pmboot.web.reactornetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.AttributeKey;
import io.pmboot.loop.Threads;
import io.pmboot.socket.PrivateSocket;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.netty.NettyAcceptor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.HttpResources;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;

/**
 * Lets Reactor Netty answer on a private socket. Such requests take the way that requests
 * from outside take, which has to be without TLS.
 */
final class ReactorNettyPrivateConnector implements PrivateConnector.OfServer<NettyReactiveWebServerFactory> {

	private static final Log logger = LogFactory.getLog(ReactorNettyPrivateConnector.class);

	private static final AttributeKey<Boolean> PRIVATE = AttributeKey.valueOf(REQUEST_ATTRIBUTE);

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final boolean alone;

	private final int maxConnections;

	private final AtomicInteger connections = new AtomicInteger();

	private volatile @Nullable Channel server;

	private volatile boolean secure;

	/**
	 * Creates it.
	 * @param alone whether the server that it customizes listens nowhere else
	 * @param maxConnections how many connections that server may have: by itself it has
	 * no limit
	 */
	ReactorNettyPrivateConnector(boolean alone, int maxConnections) {
		this.alone = alone;
		this.maxConnections = maxConnections;
	}

	@Override
	public void customize(NettyReactiveWebServerFactory factory) {
		// It would win over what is said here.
		factory.setResourceFactory(null);
		if (this.alone) {
			factory.setPort(0);
		}
		factory.addServerCustomizers(this::use);
	}

	private HttpServer use(HttpServer server) {
		setSecure(server.configuration().isSecure());
		// Unix sockets do not have it, and for others it is the default.
		HttpServer both = server.childOption(ChannelOption.TCP_NODELAY, null)
			.doOnChannelInit((observer, channel, remoteAddress) -> limit(channel))
			.doOnBound((bound) -> setServer(bound.channel()));
		if (!this.alone) {
			return both.runOn(HttpResources.get(), false);
		}
		InetSocketAddress none = NettyAcceptor.noAddress();
		return both.bindAddress(() -> none)
			.runOn(new SharedLoopResources(HttpResources::get, () -> NettyAcceptor.serverChannel(none)), false);
	}

	private void limit(Channel connection) {
		connection.closeFuture().addListener((closed) -> this.connections.decrementAndGet());
		if (this.connections.incrementAndGet() > this.maxConnections) {
			connection.close();
		}
	}

	/**
	 * The server has been started.
	 * @param server takes what is accepted
	 */
	void setServer(Channel server) {
		this.server = server;
	}

	void setSecure(boolean secure) {
		this.secure = secure;
	}

	@Override
	public boolean isInUse() {
		return this.server != null;
	}

	@Override
	public Opened open(Path path, ServedBy threads) throws IOException {
		if (this.secure) {
			throw new IOException("Reactor Netty speaks TLS alone here (server.ssl)");
		}
		Channel server = Objects.requireNonNull(this.server, "Reactor Netty is not in use");
		PrivateSocket socket = new PrivateSocket(path);
		Threads.start("reactor-http-Acceptor-private", () -> accept(socket, server));
		return new Opened(socket, () -> {
			// Nothing else is there.
		});
	}

	// Nothing that is thrown ends it: connections would wait for ever.
	private static void accept(PrivateSocket socket, Channel server) {
		while (socket.isOpen()) {
			try {
				Channel connection = new NioDomainSocketChannel(server, socket.accept());
				connection.attr(PRIVATE).set(true);
				server.eventLoop().execute(() -> server.pipeline().fireChannelRead(connection));
			}
			catch (IOException | RuntimeException | Error ex) {
				if (socket.isOpen()) {
					logger.warn("Accepting a connection on %s failed".formatted(socket.path()), ex);
					LockSupport.parkNanos(socket, PAUSE_NANOS);
				}
			}
		}
	}

	@Override
	public boolean brought(Object request) {
		return isPrivate(request);
	}

	static boolean isPrivate(Object request) {
		return request instanceof Connection exchange && exchange.channel().hasAttr(PRIVATE);
	}

}
