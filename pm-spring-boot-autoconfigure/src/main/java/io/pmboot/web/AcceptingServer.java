package io.pmboot.web;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * A web server, as those see it who accept for it. Called on the threads of acceptors.
 *
 * @since 0.1
 */
public interface AcceptingServer {

	/**
	 * Waits until there may be one more connection, and counts it.
	 * @throws InterruptedException where the thread was interrupted
	 */
	default void awaitConnection() throws InterruptedException {
	}

	/** Takes back what {@link #awaitConnection()} counted: there is none. */
	default void noConnection() {
	}

	/**
	 * Registers a connection and has it served. Returns at once. Where this throws,
	 * whatever it is, the connection has been closed and is not counted any more.
	 * @param connection the connection, which is the server's from now on
	 * @throws IOException where it has ended already
	 */
	void serve(SocketChannel connection) throws IOException;

}
