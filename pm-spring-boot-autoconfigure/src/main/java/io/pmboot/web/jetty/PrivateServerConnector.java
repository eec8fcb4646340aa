package io.pmboot.web.jetty;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

import io.pmboot.worker.PrivateConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * Plain HTTP/1.1 on a unix socket, whose requests are marked. Jetty's own connector asks
 * for what only TCP has.
 */
final class PrivateServerConnector extends ServerConnector {

	private final Path socket;

	private volatile @Nullable ServerSocketChannel channel;

	PrivateServerConnector(Server server, Path socket) {
		super(server, 1, 1, new HttpConnectionFactory(marking()));
		this.socket = socket;
	}

	private static HttpConfiguration marking() {
		HttpConfiguration configuration = new HttpConfiguration();
		configuration.addCustomizer((request, headers) -> {
			request.setAttribute(PrivateConnector.REQUEST_ATTRIBUTE, Boolean.TRUE);
			return request;
		});
		return configuration;
	}

	@Override
	public void open() throws IOException {
		ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		channel.bind(UnixDomainSocketAddress.of(this.socket));
		this.channel = channel;
	}

	@Override
	public boolean isOpen() {
		ServerSocketChannel channel = this.channel;
		return channel != null && channel.isOpen();
	}

	@Override
	public void close() {
		ServerSocketChannel channel = this.channel;
		try {
			if (channel != null) {
				channel.close();
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public int getLocalPort() {
		return -1;
	}

	@Override
	public void accept(int acceptor) throws IOException {
		ServerSocketChannel channel = this.channel;
		if (channel != null) {
			SocketChannel connection = channel.accept();
			connection.configureBlocking(false);
			getSelectorManager().accept(connection);
		}
	}

}
