package io.pmboot.autoconfigure;

import io.pmboot.PmRole;
import io.pmboot.env.Roles;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Explains, before Boot's own analyzer does, that it is the port of the master's Actuator
 * that is taken.
 */
@Order(0)
class MasterPortInUseFailureAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {

	private final Environment environment;

	MasterPortInUseFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, PortInUseException cause) {
		if (Roles.of(this.environment) != PmRole.MASTER) {
			return null;
		}
		return new FailureAnalysis(
				"The port of the master's Actuator, %d, is already in use.".formatted(cause.getPort()),
				"Stop the process that listens on port %d, perhaps another master; or set pm.master.port to another port."
					.formatted(cause.getPort()),
				cause);
	}

}
