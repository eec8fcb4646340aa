package io.pmboot.env;

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
	 * @param reducedSignals whether the JVM was started with {@code -Xrs}
	 * @throws UnusableRoleException where it cannot
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

}
