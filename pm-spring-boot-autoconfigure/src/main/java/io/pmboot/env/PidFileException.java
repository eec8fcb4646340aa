package io.pmboot.env;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The pid file cannot be used.
 */
public class PidFileException extends RuntimeException {

	private final String action;

	PidFileException(Path file, String detail, String action, @Nullable Throwable cause) {
		super("The pid file '%s' cannot be used: %s".formatted(file, detail), cause);
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
