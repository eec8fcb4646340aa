package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/**
 * The Java that this JVM runs on, as it was found at first: a package update replaces or
 * removes it while the JVM runs.
 */
public final class JavaInstallation {

	private static final String FORK_MECHANISM = "jdk.lang.Process.launchMechanism";

	private final Path java;

	private final @Nullable Object key;

	/**
	 * Looks at it.
	 * @param java the java executable
	 */
	JavaInstallation(Path java) {
		this.java = java;
		this.key = key(java);
	}

	/**
	 * Chooses how this JVM forks, unless that was chosen already: without the helper
	 * program of its JDK, which refuses a JVM of another build, so that nothing could be
	 * forked any more once the JDK's package was updated. To be called before the first
	 * fork: the JDK looks only then. Not VFORK, which would be quicker for a large heap:
	 * the child shares the memory of its parent, and a signal that comes at that moment
	 * harms both; newer JDKs print a warning.
	 */
	public static void chooseForkMechanism() {
		if (System.getProperty(FORK_MECHANISM) == null) {
			System.setProperty(FORK_MECHANISM, "FORK");
		}
	}

	/**
	 * Explains why nothing could be forked with it.
	 * @param failure what the JDK says, or what Java printed instead of starting
	 * @return that; and where the installation is not what it was, so and what to do
	 */
	String explain(@Nullable String failure) {
		String change = change();
		if (change == null && failure != null && failure.contains("spawn helper")) {
			change = "the JDK's helper lib/jspawnhelper, which %s=%s needs, could not be run: does it belong to another build since an update? Start the master again, without that property"
				.formatted(FORK_MECHANISM, System.getProperty(FORK_MECHANISM));
		}
		else if (change == null && failure != null && failure.contains("Cannot allocate memory")) {
			change = "the system refuses a copy of the master's memory (vm.overcommit_memory=2, or a limit): give the master a smaller heap, or set -D%s=POSIX_SPAWN, which does not survive an update of the JDK"
				.formatted(FORK_MECHANISM);
		}
		return failure + ((change != null) ? "; " + change : "");
	}

	private @Nullable String change() {
		if (!Files.isExecutable(this.java)) {
			return "there is no executable %s any more: Java was removed, or moved, while the master ran. Install it there, or start the master again with the Java that is there now"
				.formatted(this.java);
		}
		return (this.key != null && !this.key.equals(key(this.java)))
				? "Java was replaced in %s while the master ran: once its installation is complete, workers run on the new one; if they do not, start the master again"
					.formatted(this.java.resolveSibling("..").normalize())
				: null;
	}

	private static @Nullable Object key(Path java) {
		try {
			return Files.readAttributes(java, BasicFileAttributes.class).fileKey();
		}
		catch (IOException ex) {
			return null;
		}
	}

}
