package io.pmboot.control;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * The master's control socket cannot be opened.
 */
public class ControlSocketException extends IOException {

	private final String action;

	ControlSocketException(String message, String action, @Nullable Throwable cause) {
		super(message, cause);
		this.action = action;
	}

	/**
	 * What to do about it.
	 * @return one sentence
	 */
	public String action() {
		return this.action;
	}

}
