package io.pmboot.worker;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A way into this worker's web server that nobody else has: what comes by it goes through
 * the whole application, and is not counted among what it serves.
 */
public interface PrivateConnector {

	/** The attribute that a request has which came by this way. */
	String REQUEST_ATTRIBUTE = "io.pmboot.private";

	/**
	 * Lets the server answer plain HTTP/1.1 on a unix socket, too.
	 * @param socket the path, which does not exist yet
	 * @return ends that, and removes the socket
	 * @throws IOException where the server cannot
	 */
	Closeable open(Path socket) throws IOException;

}
