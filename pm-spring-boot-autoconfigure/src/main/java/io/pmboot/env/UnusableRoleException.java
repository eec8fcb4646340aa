package io.pmboot.env;

/**
 * This JVM was started as something that it cannot be.
 */
public class UnusableRoleException extends RuntimeException {

	private final Reason reason;

	public UnusableRoleException(Reason reason) {
		super(reason.description);
		this.reason = reason;
	}

	/**
	 * Why it cannot.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why a JVM cannot be what it was started as, and what to do about it.
	 */
	public enum Reason {

		/** Both profiles are active. */
		BOTH_PROFILES("The profiles 'master' and 'worker' are both active: one JVM cannot be both.",
				"Start with the profile 'master' alone; the master forks its workers and activates 'worker' in them. "
						+ "Neither belongs into a file of the application (spring.profiles.active, "
						+ "spring.profiles.include, spring.profiles.group), which its workers read as well."),

		/** A worker that no master has forked. */
		NO_MASTER("The profile 'worker' is active, but this JVM was not forked by a master.",
				"A worker is forked by its master: start the application with the profile 'master' instead. "
						+ "To run it as a plain application, activate neither profile, or set pm.enabled=false."),

		/** Spring's ahead-of-time processing is in use. */
		AHEAD_OF_TIME(
				"Spring AOT is in use (spring.aot.enabled): it fixes the beans when the application is built, "
						+ "but a master and its workers differ in theirs.",
				"Start without spring.aot.enabled=true, or run the plain application with pm.enabled=false."),

		/** This is a native image. */
		NATIVE_IMAGE(
				"This is a native image: a master forks its workers with its own java and class path, and has none.",
				"Run the application on a JVM, or run the plain application with pm.enabled=false."),

		/** The JVM was started with -Xrs. */
		REDUCED_SIGNALS(
				"The JVM of the master was started with -Xrs: it would receive none of the signals that stop "
						+ "and reload it.",
				"Remove -Xrs from the command line, JAVA_TOOL_OPTIONS and JDK_JAVA_OPTIONS.");

		private final String description;

		private final String action;

		Reason(String description, String action) {
			this.description = description;
			this.action = action;
		}

		/**
		 * What is wrong.
		 * @return one or two sentences
		 */
		public String description() {
			return this.description;
		}

		/**
		 * What to do about it.
		 * @return one or two sentences
		 */
		public String action() {
			return this.action;
		}

	}

}
