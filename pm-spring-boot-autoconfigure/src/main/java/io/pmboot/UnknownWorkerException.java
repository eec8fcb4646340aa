package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * There is no such worker among those that live or have exited last.
 *
 * @since 0.1
 */
public class UnknownWorkerException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param group the group, which exists
	 * @param index the slot that was asked for
	 * @param generation the generation that was asked for, or {@code null} for any
	 */
	public UnknownWorkerException(String group, int index, @Nullable Integer generation) {
		super("Group '%s' has no worker %d%s, and none that has exited last in that slot".formatted(group, index,
				(generation != null) ? " of generation " + generation : ""));
	}

}
