package io.pmboot;

/**
 * What became of a message will never be known: the connection to the master ended before
 * it said so.
 *
 * @since 0.1
 */
public class DeliveryUnknownException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param message why nobody will know
	 */
	public DeliveryUnknownException(String message) {
		super(message);
	}

}
