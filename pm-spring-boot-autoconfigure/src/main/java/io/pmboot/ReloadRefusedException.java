package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * A reload was refused: one is under way already, or the master is stopping.
 *
 * @since 0.1
 */
public class ReloadRefusedException extends RuntimeException {

	private final @Nullable String runningId;

	public ReloadRefusedException(String message, @Nullable String runningId) {
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
