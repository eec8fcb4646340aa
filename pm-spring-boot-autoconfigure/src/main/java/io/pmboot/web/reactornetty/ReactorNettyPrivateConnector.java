package io.pmboot.web.reactornetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import reactor.netty.http.HttpResources;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Lets Reactor Netty answer on a private socket. Such requests take the way that requests
 * from outside take, which has to be without TLS.
 *
 * @since 0.1
 */
public final class ReactorNettyPrivateConnector
		implements PrivateConnector, WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {

	private static final Log logger = LogFactory.getLog(ReactorNettyPrivateConnector.class);

	private static final AttributeKey<Boolean> PRIVATE = AttributeKey.valueOf(REQUEST_ATTRIBUTE);

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final boolean alone;

	private volatile @Nullable Channel server;

	private volatile boolean secure;

	/**
	 * Creates it.
	 * @param alone whether the server that it customizes listens nowhere else
	 */
	public ReactorNettyPrivateConnector(boolean alone) {
		this.alone = alone;
	}

	@Override
	public void customize(NettyReactiveWebServerFactory factory) {
		// It would win over what is said here.
		factory.setResourceFactory(null);
		factory.addServerCustomizers(this::use);
	}

	private HttpServer use(HttpServer server) {
		setSecure(server.configuration().isSecure());
		// Unix sockets do not have it, and for others it is the default.
		HttpServer both = server.childOption(ChannelOption.TCP_NODELAY, null);
		if (!this.alone) {
			return both.runOn(HttpResources.get(), false).doOnBound((bound) -> setServer(bound.channel()));
		}
		InetSocketAddress address = NettyAcceptor.localAddress(List.of());
		return both.bindAddress(() -> address).runOn(new SharedLoopResources(HttpResources::get, address, (group) -> {
		}, this::setServer), false);
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
	public Opened open(Path path) throws IOException {
		Channel server = this.server;
		if (server == null || this.secure) {
			throw new IOException(
					this.secure ? "Reactor Netty speaks TLS alone here (server.ssl)" : "There is no Reactor Netty");
		}
		PrivateSocket socket = PrivateSocket.open(path);
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
		boolean[] isPrivate = new boolean[1];
		if (request instanceof HttpServerRequest exchange) {
			exchange.withConnection((connection) -> isPrivate[0] = connection.channel().hasAttr(PRIVATE));
		}
		return isPrivate[0];
	}

}
