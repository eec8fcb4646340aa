package io.pmboot.web;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;

/**
 * A web server on shared listeners, as its drain sees it.
 *
 * @since 0.1
 */
public interface DrainingServer {

	/**
	 * Begins to accept.
	 * @throws IOException where a listener is closed
	 */
	void beginAccepting() throws IOException;

	/**
	 * Accepts nothing more until it may again, whether it has begun to or not.
	 * @param refusing whether to accept nothing
	 */
	void refuse(boolean refusing);

	/**
	 * How many of its acceptors live.
	 * @return the number, 0 also where one of those threads has ended that serve what
	 * they accept
	 */
	int acceptors();

	/**
	 * Accepts nothing more and lets every connection end after its next response.
	 * @param reason why
	 * @return completes when no connection is left
	 */
	CompletionStage<Void> drain(DrainReason reason);

	/**
	 * Waits no longer for what the new reason does not wait for.
	 * @param reason why, now
	 */
	void hasten(DrainReason reason);

	/**
	 * How many connections there are.
	 * @return the number
	 */
	int connections();

}
