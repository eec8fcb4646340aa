package io.pmboot.control;

/**
 * By what a master tells a worker, when it forks it, who it is and where to find its
 * master.
 */
public final class WorkerVariables {

	/**
	 * System property: the path of the master's control socket. A property of the JVM and
	 * no environment variable, so that what the worker itself starts does not inherit it.
	 */
	public static final String CONTROL_SOCKET = "pm.worker.control-socket";

	/** System property: the path of the master's run directory. */
	public static final String RUN_DIRECTORY = "pm.worker.run-directory";

	/** Environment variable: the worker's group. */
	public static final String GROUP = "PM_WORKER_GROUP";

	/** Environment variable: the worker's slot. */
	public static final String INDEX = "PM_WORKER_INDEX";

	/** Environment variable: the worker's generation. */
	public static final String GENERATION = "PM_WORKER_GENERATION";

	private WorkerVariables() {
	}

}
