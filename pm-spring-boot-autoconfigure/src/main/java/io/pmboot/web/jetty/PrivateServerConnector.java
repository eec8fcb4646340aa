package io.pmboot.web.jetty;

import java.io.IOException;
import java.nio.channels.SocketChannel;

import io.pmboot.socket.PrivateSocket;
import io.pmboot.worker.PrivateConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Plain HTTP/1.1 on a private socket, whose requests are marked. Jetty's own connector
 * asks for what only TCP has.
 */
final class PrivateServerConnector extends ServerConnector {

	private final PrivateSocket socket;

	PrivateServerConnector(Server server, PrivateSocket socket) {
		super(server, 1, 1, new HttpConnectionFactory(marking()));
		this.socket = socket;
		// By which its meters are told from those of the other connector.
		setName("private");
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
	public void open() {
		// It listens already.
	}

	@Override
	public boolean isOpen() {
		return this.socket.isOpen();
	}

	@Override
	public void close() {
		try {
			this.socket.close();
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
		SocketChannel connection = this.socket.accept();
		connection.configureBlocking(false);
		getSelectorManager().accept(connection);
	}

}
