package io.pmboot.web.jetty;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.pmboot.worker.PrivateConnector;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

/**
 * Lets Jetty answer this worker's own requests on a unix socket, on the threads that
 * serve those from outside, and without entries in its access log.
 */
final class JettyPrivateConnector implements PrivateConnector {

	private volatile @Nullable Server server;

	/**
	 * Sets the server, which has not been started yet.
	 * @param server the server
	 */
	void setServer(Server server) {
		this.server = server;
		if (server.getRequestLog() instanceof CustomRequestLog log) {
			log.setFilter((request, response) -> request.getAttribute(REQUEST_ATTRIBUTE) == null);
		}
	}

	@Override
	public Closeable open(Path socket) throws IOException {
		Server server = this.server;
		if (server == null) {
			throw new IOException("There is no Jetty");
		}
		PrivateServerConnector connector = new PrivateServerConnector(server, socket);
		server.addConnector(connector);
		try {
			connector.start();
		}
		catch (Exception ex) {
			server.removeConnector(connector);
			throw new IOException("Jetty cannot listen on " + socket, ex);
		}
		return () -> remove(server, connector, socket);
	}

	private static void remove(Server server, PrivateServerConnector connector, Path socket) throws IOException {
		try {
			connector.stop();
		}
		catch (Exception ex) {
			throw new IOException("Jetty cannot leave " + socket, ex);
		}
		finally {
			server.removeConnector(connector);
			Files.deleteIfExists(socket);
		}
	}

}
