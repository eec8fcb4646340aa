package io.pmboot.process;

/**
 * System properties by which the master tells a worker where it is. Properties of the JVM
 * and no environment variables, so that what the worker itself starts does not inherit
 * them.
 */
public final class WorkerSystemProperties {

	/** The path of the master's control socket. */
	public static final String CONTROL_SOCKET = "pm.worker.control-socket";

	/** The path of the master's run directory. */
	public static final String RUN_DIRECTORY = "pm.worker.run-directory";

	private WorkerSystemProperties() {
	}

}
