package io.pmboot;

import java.util.Collection;

/**
 * There is no group of this name.
 *
 * @since 0.1
 */
public class UnknownGroupException extends RuntimeException {

	public UnknownGroupException(String name, Collection<String> known) {
		super("There is no group '%s'; there are: %s".formatted(name, String.join(", ", known)));
	}

}
