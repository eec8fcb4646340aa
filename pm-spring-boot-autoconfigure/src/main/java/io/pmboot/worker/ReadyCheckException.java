package io.pmboot.worker;

import org.jspecify.annotations.Nullable;

/**
 * A worker must not become READY.
 */
public class ReadyCheckException extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param description what is wrong, in sentences
	 * @param action what to do about it, in sentences
	 * @param cause the cause, or {@code null}
	 */
	public ReadyCheckException(String description, String action, @Nullable Throwable cause) {
		super(description + "\n" + action, cause);
	}

}
