package io.pmboot.env;

import java.util.Arrays;
import java.util.List;

import io.pmboot.PmRole;
import io.pmboot.StartFailedException;
import io.pmboot.control.WorkerVariables;
import io.pmboot.env.UnusableRoleException.Reason;

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
			throw new UnusableRoleException(Reason.BOTH_PROFILES);
		}
		if (worker && !environment.containsProperty(WorkerVariables.CONTROL_SOCKET)) {
			throw noMaster();
		}
		return master ? PmRole.MASTER : PmRole.WORKER;
	}

	/**
	 * Checks whether this JVM is like a master or a worker must be.
	 * @param role what it is to be
	 * @param reducedSignals whether the JVM was started with {@code -Xrs}
	 * @throws StartFailedException where it is not
	 */
	public static void check(PmRole role, boolean reducedSignals) {
		if (role == PmRole.NONE) {
			return;
		}
		if (NativeDetector.inNativeImage()) {
			throw new UnusableRoleException(Reason.NATIVE_IMAGE);
		}
		if (AotDetector.useGeneratedArtifacts()) {
			throw new UnusableRoleException(Reason.AHEAD_OF_TIME);
		}
		if (role == PmRole.MASTER && reducedSignals) {
			throw new UnusableRoleException(Reason.REDUCED_SIGNALS);
		}
	}

	/**
	 * A JVM is to be a worker, and no master has forked it.
	 * @return the exception to throw
	 */
	public static StartFailedException noMaster() {
		return new UnusableRoleException(Reason.NO_MASTER);
	}

	private static boolean enabled(Environment environment) {
		// A test, or a build that prepares ahead-of-time processing, must ask for it:
		// there, nobody expects ports and processes
		return environment.getProperty(ENABLED, Boolean.class,
				!test(environment) && !Boolean.getBoolean(AOT_PROCESSING));
	}

	private static boolean test(Environment environment) {
		return environment instanceof ConfigurableEnvironment configurable
				&& configurable.getPropertySources().contains(TEST_PROPERTIES);
	}

}
