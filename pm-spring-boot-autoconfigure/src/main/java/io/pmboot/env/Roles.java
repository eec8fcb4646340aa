package io.pmboot.env;

import java.util.Arrays;
import java.util.List;

import io.pmboot.PmRole;
import io.pmboot.StartFailedException;
import io.pmboot.control.WorkerVariables;

import org.springframework.aot.AotDetector;
import org.springframework.core.NativeDetector;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Tells what a JVM is from its environment, and whether it can be that.
 */
public final class Roles {

	/** Turns all of it off where it is {@code false}. */
	public static final String ENABLED = "pm.enabled";

	/** How the names of the property sources begin that Boot reads from files. */
	public static final String FILE = "Config resource '";

	/**
	 * What every test context of Boot has: Spring's test framework adds it for the
	 * properties of the test itself, and Boot's loader always brings one. Its own
	 * constant for this is in a library that only tests have.
	 */
	private static final String TEST_PROPERTIES = "Inlined Test Properties";

	private static final String AOT_PROCESSING = "spring.aot.processing";

	private Roles() {
	}

	/**
	 * The role that an environment gives its JVM. The same environment always gives the
	 * same answer.
	 * @param environment the environment, its profiles resolved
	 * @return the role
	 * @throws StartFailedException where both profiles are active, or a worker has no
	 * master
	 */
	public static PmRole of(Environment environment) {
		List<String> profiles = Arrays.asList(environment.getActiveProfiles());
		boolean master = profiles.contains("master");
		boolean worker = profiles.contains("worker");
		if ((!master && !worker) || !enabled(environment)) {
			return PmRole.NONE;
		}
		if (master && worker) {
			throw Problem.BOTH_PROFILES.of();
		}
		if (worker && !environment.containsProperty(WorkerVariables.CONTROL_SOCKET)) {
			throw noMaster();
		}
		return master ? PmRole.MASTER : PmRole.WORKER;
	}

	/**
	 * Checks whether this JVM is like a master or a worker must be.
	 * @param role what it is to be
	 * @param environment its environment, the profiles resolved
	 * @param reducedSignals whether the JVM was started with {@code -Xrs}
	 * @throws StartFailedException where it is not
	 */
	public static void check(PmRole role, ConfigurableEnvironment environment, boolean reducedSignals) {
		if (role == PmRole.NONE) {
			return;
		}
		if (NativeDetector.inNativeImage()) {
			throw Problem.NATIVE_IMAGE.of();
		}
		if (AotDetector.useGeneratedArtifacts()) {
			throw Problem.AHEAD_OF_TIME.of();
		}
		if (role == PmRole.MASTER) {
			if (reducedSignals) {
				throw Problem.REDUCED_SIGNALS.of();
			}
			MasterProfiles.check(environment);
		}
	}

	/**
	 * A JVM is to be a worker, and no master has forked it.
	 * @return the exception to throw
	 */
	public static StartFailedException noMaster() {
		return Problem.NO_MASTER.of();
	}

	private static boolean enabled(Environment environment) {
		// A test, or a build that prepares ahead-of-time processing, must ask for it:
		// there, nobody expects ports and processes
		boolean test = environment instanceof ConfigurableEnvironment configurable
				&& configurable.getPropertySources().contains(TEST_PROPERTIES);
		return environment.getProperty(ENABLED, Boolean.class, !test && !Boolean.getBoolean(AOT_PROCESSING));
	}

	/**
	 * Why a JVM cannot be what it was started as, and what to do about it.
	 */
	enum Problem {

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

		Problem(String description, String action) {
			this.description = description;
			this.action = action;
		}

		StartFailedException of(Object... details) {
			return new StartFailedException(this.description.formatted(details), this.action.formatted(details), null);
		}

	}

}
