package io.pmboot.web.reactornetty;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.AttributeKey;
import io.pmboot.worker.PrivateConnector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * Lets Reactor Netty answer this worker's own requests on a unix socket. They take the
 * way that requests from outside take, which has to be without TLS.
 */
final class ReactorNettyPrivateConnector implements PrivateConnector {

	private static final Log logger = LogFactory.getLog(ReactorNettyPrivateConnector.class);

	private static final AttributeKey<Boolean> PRIVATE = AttributeKey.valueOf(REQUEST_ATTRIBUTE);

	private volatile @Nullable Channel server;

	private volatile boolean secure;

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
	public Closeable open(Path socket) throws IOException {
		Channel server = this.server;
		if (server == null || this.secure) {
			throw new IOException(
					this.secure ? "Reactor Netty speaks TLS alone here (server.ssl)" : "There is no Reactor Netty");
		}
		ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		listener.bind(UnixDomainSocketAddress.of(socket));
		Thread acceptor = new Thread(() -> accept(listener, server), "reactor-http-Acceptor-private");
		acceptor.setDaemon(true);
		acceptor.start();
		return () -> {
			listener.close();
			Files.deleteIfExists(socket);
		};
	}

	private static void accept(ServerSocketChannel listener, Channel server) {
		try {
			while (true) {
				Channel connection = new NioDomainSocketChannel(server, listener.accept());
				connection.attr(PRIVATE).set(true);
				server.eventLoop().execute(() -> server.pipeline().fireChannelRead(connection));
			}
		}
		catch (ClosedChannelException ex) {
			// No more is asked.
		}
		catch (IOException ex) {
			logger.warn("Accepting this worker's own requests failed", ex);
		}
	}

	/**
	 * Whether a request came by this way.
	 * @param request a request
	 * @return whether it is the worker's own
	 */
	static boolean isPrivate(ServerHttpRequest request) {
		boolean[] isPrivate = new boolean[1];
		if (ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest exchange) {
			exchange.withConnection((connection) -> isPrivate[0] = connection.channel().hasAttr(PRIVATE));
		}
		return isPrivate[0];
	}

}
