package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * A stopped group could not be started again and stays stopped. The message says why.
 *
 * @since 0.1
 */
public class GroupStartFailedException extends RuntimeException {

	private final String group;

	/**
	 * Creates the exception.
	 * @param group the group that stays stopped
	 * @param message why
	 * @param cause what failed, or {@code null}
	 */
	public GroupStartFailedException(String group, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.group = group;
	}

	/**
	 * The group that stays stopped.
	 * @return its name
	 */
	public String group() {
		return this.group;
	}

}
