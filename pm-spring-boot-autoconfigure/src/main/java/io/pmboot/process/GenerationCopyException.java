package io.pmboot.process;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * A generation cannot have a copy of the application. The message is the reason.
 */
final class GenerationCopyException extends IOException {

	private static final long serialVersionUID = 1L;

	GenerationCopyException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
