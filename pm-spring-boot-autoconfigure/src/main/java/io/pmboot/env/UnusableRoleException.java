package io.pmboot.env;

import io.pmboot.StartFailedException;

/**
 * This JVM was started as something that it cannot be.
 */
final class UnusableRoleException extends StartFailedException {

	private final Reason reason;

	/**
	 * Creates an exception.
	 * @param reason why it cannot
	 * @param details what its texts tell of
	 */
	UnusableRoleException(Reason reason, Object... details) {
		super(reason.description.formatted(details), reason.action.formatted(details), null);
		this.reason = reason;
	}

	Reason reason() {
		return this.reason;
	}

	/**
	 * Why a JVM cannot be what it was started as, and what to do about it.
	 */
	enum Reason {

		/** Both profiles are active. */
		BOTH_PROFILES("The profiles 'master' and 'worker' are both active: one JVM cannot be both.",
				"Start with the profile 'master' alone; the master forks its workers and activates 'worker' in them. "
						+ "Neither belongs into a file of the application (spring.profiles.active, "
						+ "spring.profiles.include, spring.profiles.group), which its workers read as well."),

		/** The profile replaces those of the application's files. */
		REPLACED_PROFILES(
				"The profile 'master' replaces those that the application's own files activate: '%s' (%s) would be active "
						+ "neither in the master nor in its workers.",
				"Start with --spring.profiles.include=master, which adds the profile. To replace them on purpose, name what "
						+ "comes in their place: --spring.profiles.active=master,prod, or master,default for nothing."),

		/** An active group of profiles holds it. */
		MASTER_IN_GROUP(
				"The profile group '%1$s' (spring.profiles.group.%1$s) holds 'master': workers have the profile '%1$s', too, "
						+ "and would be masters.",
				"Take 'master' out of the group, and start with --spring.profiles.active=master,%1$s."),

		/** A file of the application includes it. */
		MASTER_INCLUDED(
				"A file of the application includes the profile 'master' (spring.profiles.include, %s): workers read the file, "
						+ "too, and would be masters.",
				"Remove it there, and start with --spring.profiles.include=master."),

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

	}

}
