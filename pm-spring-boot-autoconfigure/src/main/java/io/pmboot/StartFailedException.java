package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * A master or a worker cannot start, for a reason that whoever runs it can do something
 * about. The message says what is wrong.
 *
 * @since 0.1
 */
public class StartFailedException extends RuntimeException {

	private final String action;

	/**
	 * Creates an exception.
	 * @param description what is wrong, and where
	 * @param action what to do about it, in sentences
	 * @param cause the cause, or {@code null}
	 */
	public StartFailedException(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	/**
	 * What to do about it.
	 * @return one or more sentences
	 */
	public String action() {
		return this.action;
	}

}
