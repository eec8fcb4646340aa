package io.pmboot;

/**
 * What became of a message at one receiver.
 *
 * @since 0.1
 */
public enum DeliveryOutcome {

	/** Its listeners have returned; it may have none. */
	HANDLED,

	/** One of its listeners threw an exception, which the receiver has logged. */
	FAILED,

	/** It was not given to the receiver: nothing has happened there. */
	REFUSED,

	/**
	 * The receiver ended before it acknowledged: whether it handled the message is
	 * unknown.
	 */
	GONE

}
