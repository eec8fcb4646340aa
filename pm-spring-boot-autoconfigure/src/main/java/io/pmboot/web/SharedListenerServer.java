package io.pmboot.web;

import io.pmboot.worker.PrivateConnector;

/**
 * A web server that can serve on shared listeners, where it is the one that the
 * application uses.
 *
 * @since 0.1
 */
public interface SharedListenerServer {

	/**
	 * Whether the application's web server is of this kind, and has been put on the
	 * listeners; known once the server has been made.
	 * @return whether it is in use
	 */
	boolean isInUse();

	/**
	 * A way into the server for the worker alone.
	 * @return the connector, which can be opened once the server runs
	 */
	PrivateConnector privateConnector();

}
