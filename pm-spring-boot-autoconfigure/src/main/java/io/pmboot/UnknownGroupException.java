package io.pmboot;

import java.util.Collection;

/**
 * There is no group of this name.
 *
 * @since 0.1
 */
public class UnknownGroupException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param name what was asked for
	 * @param known the groups that there are
	 */
	public UnknownGroupException(String name, Collection<String> known) {
		super("There is no group '%s'; there are: %s".formatted(name, String.join(", ", known)));
	}

}
