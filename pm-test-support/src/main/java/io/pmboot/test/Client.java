package io.pmboot.test;

import java.time.Duration;

/** What one client of a load does over and over. Used by one thread. */
public interface Client {

	/**
	 * Does it once, connecting first where there is no connection.
	 * @param id what no other act of the load is named
	 * @throws RequestFailedException where it fails
	 */
	void act(String id) throws RequestFailedException;

	/**
	 * What of the time that this takes was asked for.
	 * @return that much is no latency
	 */
	default Duration asked() {
		return Duration.ZERO;
	}

	/** Leaves the connection, if there is one. */
	void disconnect();

}
