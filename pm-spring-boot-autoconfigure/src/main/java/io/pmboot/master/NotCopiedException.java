package io.pmboot.master;

import io.pmboot.StartFailedException;

/**
 * The application could not be copied for the first generation of a group.
 */
final class NotCopiedException extends StartFailedException {

	NotCopiedException(String group, Throwable cause) {
		super("Group '%s' cannot be started: %s".formatted(group, cause.getMessage()),
				"Master and workers run from copies of the application in the run directory, so that a deployment does not disturb them: "
						+ "put a complete archive in place, or set pm.master.run-directory to a directory with room for a few copies of it.",
				cause);
	}

}
