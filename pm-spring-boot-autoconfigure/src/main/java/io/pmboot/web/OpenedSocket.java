package io.pmboot.web;

import java.io.Closeable;
import java.io.IOException;

import io.pmboot.socket.PrivateSocket;
import io.pmboot.worker.PrivateConnector;

/**
 * A unix socket from which a web server accepts.
 *
 * @param socket the socket
 * @param server ends the server's part
 * @since 0.1
 */
public record OpenedSocket(PrivateSocket socket, Closeable server) implements PrivateConnector.Opened {

	@Override
	public void ensureReachable() throws IOException {
		this.socket.ensureReachable();
	}

	@Override
	public void close() throws IOException {
		try {
			this.server.close();
		}
		finally {
			this.socket.close();
		}
	}

}
