package io.pmboot.autoconfigure;

import java.net.BindException;

import io.pmboot.PmRole;
import io.pmboot.control.WorkerVariables;
import io.pmboot.env.Roles;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Explains, before Boot's own analyzers do, why a worker cannot open a port besides those
 * of its group: every worker tries to, and one alone can.
 *
 * @param environment the environment of what failed
 */
@Order(0)
record PortTakenFailureAnalyzer(Environment environment) implements FailureAnalyzer {

	/** Of the servers on Netty's native transport, which throw no BindException. */
	private static final String IN_USE = "already in use";

	/** Of Boot's, which names the port and no cause. */
	private static final String CONNECTOR = "org.springframework.boot.tomcat.ConnectorStartFailedException";

	private static final int MAX_LENGTH = 200;

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		String taken = taken(failure, null);
		if (taken == null || Roles.of(this.environment) != PmRole.WORKER) {
			return null;
		}
		String group = this.environment.getProperty(WorkerVariables.GROUP);
		return new FailureAnalysis(
				"A worker of group '%s' could not open a port that is not one of the group's listeners: %s. Every worker opens it, and one process alone can."
					.formatted(group, taken),
				("If clients connect to it, and it is the web server's or gRPC's, add it to pm.groups.%s.listen instead, which all workers share. "
						+ "Otherwise give each worker a port of its own: 0 for any free one, or one with its index in it (such as 909${PM_WORKER_INDEX:0}) "
						+ "together with pm.groups.%1$s.reload.order=stop-first, because a predecessor has its port until it has exited.")
					.formatted(group),
				failure);
	}

	private static @Nullable String taken(Throwable failure, @Nullable Throwable outer) {
		Throwable cause = failure.getCause();
		String deeper = (cause != null && cause != failure) ? taken(cause, failure) : null;
		if (deeper != null) {
			return deeper;
		}
		String message = String.valueOf(failure.getMessage());
		if (failure.getClass().getName().equals(CONNECTOR)) {
			return message;
		}
		if ((failure instanceof BindException || message.contains("bind")) && message.contains(IN_USE)) {
			return (outer != null && outer.getMessage() != null && outer.getMessage().length() < MAX_LENGTH)
					? outer.getMessage() + " (" + message + ")" : message;
		}
		return null;
	}

}
