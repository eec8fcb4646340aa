package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * A reload was refused: one is under way already, the group is stopped, or the master is
 * stopping.
 *
 * @since 0.1
 */
public class ReloadRefusedException extends OperationRefusedException {

	/**
	 * Creates the exception.
	 * @param message why it is refused
	 * @param runningId the reload that is in the way, or {@code null} where none is
	 */
	public ReloadRefusedException(String message, @Nullable String runningId) {
		super(message, runningId);
	}

}
