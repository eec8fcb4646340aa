package io.pmboot.web.jetty;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Executor;

import io.pmboot.socket.PrivateSocket;
import io.pmboot.web.PrivateConnector;
import jakarta.servlet.ServletRequest;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;

/**
 * Lets Jetty answer on a private socket, without entries in its access log.
 */
final class JettyPrivateConnector implements PrivateConnector.OfServer<ConfigurableJettyWebServerFactory> {

	private final boolean alone;

	private volatile @Nullable Server server;

	/**
	 * Creates it.
	 * @param alone whether the server that it customizes listens nowhere else
	 */
	JettyPrivateConnector(boolean alone) {
		this.alone = alone;
	}

	@Override
	public void customize(ConfigurableJettyWebServerFactory factory) {
		if (this.alone) {
			factory.setPort(0);
		}
		factory.addServerCustomizers((server) -> {
			if (this.alone) {
				server.setConnectors(new Connector[0]);
			}
			setServer(server);
		});
	}

	/** The server has been made, and not been started yet. */
	void setServer(Server server) {
		this.server = server;
		if (server.getRequestLog() instanceof CustomRequestLog log) {
			log.setFilter((request, response) -> request.getAttribute(REQUEST_ATTRIBUTE) == null);
		}
	}

	@Override
	public boolean isInUse() {
		return this.server != null;
	}

	@Override
	public Opened open(Path path, ServedBy threads) throws IOException {
		Server server = Objects.requireNonNull(this.server, "Jetty is not in use");
		PrivateSocket socket = new PrivateSocket(path);
		PrivateServerConnector connector = new PrivateServerConnector(server, executor(threads), socket);
		server.getBeans(NetworkConnectionLimit.class)
			.forEach((limit) -> connector
				.addBean(new NetworkConnectionLimit(limit.getMaxNetworkConnectionCount(), connector)));
		server.addConnector(connector);
		try {
			connector.start();
		}
		catch (Exception ex) {
			server.removeConnector(connector);
			socket.close();
			throw new IOException("Jetty cannot listen on " + path, ex);
		}
		return new Opened(socket, () -> remove(server, connector));
	}

	// Jetty starts and stops one that it was given for a connector. Besides requests, it
	// has the connector's acceptor and selector to run.
	private static @Nullable Executor executor(ServedBy threads) {
		if (threads == ServedBy.REQUEST_THREADS) {
			return null;
		}
		QueuedThreadPool executor = new QueuedThreadPool(ServedBy.OWN_COUNT + 2, 3);
		executor.setName("private");
		executor.setDaemon(true);
		return executor;
	}

	private static void remove(Server server, PrivateServerConnector connector) throws IOException {
		try {
			connector.stop();
		}
		catch (Exception ex) {
			throw new IOException("Jetty cannot leave a private socket", ex);
		}
		finally {
			server.removeConnector(connector);
		}
	}

	@Override
	public boolean brought(Object request) {
		return request instanceof ServletRequest servlet && servlet.getAttribute(REQUEST_ATTRIBUTE) != null;
	}

	/**
	 * Plain HTTP/1.1 on a private socket, whose requests are marked. Jetty's own
	 * connector asks for what only TCP has.
	 */
	private static final class PrivateServerConnector extends ServerConnector {

		private final PrivateSocket socket;

		PrivateServerConnector(Server server, @Nullable Executor executor, PrivateSocket socket) {
			super(server, executor, null, null, 1, 1, new HttpConnectionFactory(marking()));
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

}
