package io.pmboot.master;

import org.jspecify.annotations.Nullable;

/**
 * What a new version says of its group cannot be.
 */
public class InvalidConfigurationException extends RuntimeException {

	/**
	 * Creates an exception.
	 * @param group the group's name
	 * @param problem what is wrong, where, and what to do
	 * @param cause the cause, or {@code null}
	 */
	public InvalidConfigurationException(String group, String problem, @Nullable Throwable cause) {
		super("The new version's configuration of group '%s' is refused:%n%s".formatted(group, problem), cause);
	}

}
