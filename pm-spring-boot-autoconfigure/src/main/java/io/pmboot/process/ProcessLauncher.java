package io.pmboot.process;

import java.util.concurrent.CompletionStage;

/**
 * Forks workers: the seam between the master's state and the operating system.
 */
public interface ProcessLauncher {

	/**
	 * Forks a worker. Returns at once; the fork itself happens on another thread.
	 * @param launch what to fork
	 * @return the process; or a failure (an {@link java.io.IOException}) that says why it
	 * could not be forked
	 */
	CompletionStage<WorkerProcess> launch(WorkerLaunch launch);

}
