package io.pmboot.master;

/**
 * The application could not be copied for the first generation of a group.
 */
public class NotCopiedException extends RuntimeException {

	public NotCopiedException(String group, Throwable cause) {
		super("Group '%s' cannot be started: %s".formatted(group, cause.getMessage()), cause);
	}

}
