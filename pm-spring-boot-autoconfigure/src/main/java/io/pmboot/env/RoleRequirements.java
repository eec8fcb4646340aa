package io.pmboot.env;

import java.lang.management.ManagementFactory;

import io.pmboot.PmRole;
import io.pmboot.env.UnusableRoleException.Reason;

import org.springframework.aot.AotDetector;
import org.springframework.core.NativeDetector;

/**
 * What a JVM must be like to be a master or a worker.
 */
public final class RoleRequirements {

	private RoleRequirements() {
	}

	/**
	 * Checks this JVM.
	 * @param role what it is to be
	 * @throws UnusableRoleException where it cannot
	 */
	public static void check(PmRole role) {
		if (role == PmRole.NONE) {
			return;
		}
		if (NativeDetector.inNativeImage()) {
			throw new UnusableRoleException(Reason.NATIVE_IMAGE);
		}
		if (AotDetector.useGeneratedArtifacts()) {
			throw new UnusableRoleException(Reason.AHEAD_OF_TIME);
		}
		if (role == PmRole.MASTER && ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-Xrs")) {
			throw new UnusableRoleException(Reason.REDUCED_SIGNALS);
		}
	}

}
