package io.pmboot.test;

import org.jspecify.annotations.Nullable;

/** A client that uses one connection after the other. */
abstract class ConnectedClient implements Client {

	private final HttpConnection.Opener opener;

	private @Nullable HttpConnection connection;

	ConnectedClient(HttpConnection.Opener opener) {
		this.opener = opener;
	}

	/**
	 * The connection, a new one where there is none.
	 * @return the connection
	 * @throws RequestFailedException where there cannot be one
	 */
	final HttpConnection connected() throws RequestFailedException {
		HttpConnection connection = this.connection;
		if (connection == null) {
			connection = this.opener.open(LoadThread.TIMEOUT);
			this.connection = connection;
			opened(connection);
		}
		return connection;
	}

	/**
	 * Begins what a connection is for.
	 * @param connection a new connection
	 * @throws RequestFailedException where that fails
	 */
	void opened(HttpConnection connection) throws RequestFailedException {
	}

	/**
	 * Waits for the end of the connection, which the server has announced, and leaves it.
	 * @throws RequestFailedException where the end does not come
	 */
	final void awaitEnd() throws RequestFailedException {
		connected().awaitEnd();
		disconnect();
	}

	@Override
	public void disconnect() {
		if (this.connection != null) {
			this.connection.close();
			this.connection = null;
		}
	}

}
