package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * A reload was refused: one is under way already, the group is stopped, or the master is
 * stopping.
 *
 * @since 0.1
 */
public class ReloadRefusedException extends OperationRefusedException {

	public ReloadRefusedException(String message, @Nullable String runningId) {
		super(message, runningId);
	}

}
