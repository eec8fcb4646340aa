package io.pmboot.command;

import org.jspecify.annotations.Nullable;

/**
 * The command ends without having done what it was to do. The message says why and what
 * to do about it.
 */
class CommandException extends Exception {

	private final ExitCode code;

	CommandException(ExitCode code, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.code = code;
	}

	CommandException(ExitCode code, String message) {
		this(code, message, null);
	}

	ExitCode code() {
		return this.code;
	}

}
