package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * What was asked of a group is refused because of the state that the group or the master
 * is in; nothing has changed. The message says which state that is.
 *
 * @since 0.1
 */
public class OperationRefusedException extends RuntimeException {

	private final @Nullable String runningId;

	/**
	 * Creates the exception.
	 * @param message why it is refused
	 * @param runningId the reload that is in the way, or {@code null} where none is
	 */
	public OperationRefusedException(String message, @Nullable String runningId) {
		super(message);
		this.runningId = runningId;
	}

	/**
	 * The reload that is in the way.
	 * @return its id, or {@code null} where it is not a reload that is in the way
	 */
	public @Nullable String runningId() {
		return this.runningId;
	}

}
