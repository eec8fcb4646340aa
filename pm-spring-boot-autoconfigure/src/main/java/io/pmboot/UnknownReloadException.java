package io.pmboot;

/**
 * There is no reload of this id among those that the master remembers.
 *
 * @since 0.1
 */
public class UnknownReloadException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param id what was asked for
	 */
	public UnknownReloadException(String id) {
		super("There is no reload '%s' among the last %d".formatted(id, Master.REMEMBERED_RELOADS));
	}

}
