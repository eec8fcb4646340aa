package io.pmboot.process;

/**
 * How this JVM forks. By default through a helper program of its JDK, which refuses a JVM
 * of another build: once the JDK's package was updated, nothing could be forked any more.
 */
public final class ForkMechanism {

	static final String PROPERTY = "jdk.lang.Process.launchMechanism";

	private ForkMechanism() {
	}

	/**
	 * Chooses one that needs no helper, unless one was chosen already. To be called
	 * before the first fork: the JDK looks only then. Not VFORK, which would be quicker
	 * for a large heap: the child shares the memory of its parent, and a signal that
	 * comes at that moment harms both; newer JDKs print a warning.
	 */
	public static void choose() {
		if (System.getProperty(PROPERTY) == null) {
			System.setProperty(PROPERTY, "FORK");
		}
	}

}
