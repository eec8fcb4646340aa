package io.pmboot.process;

import java.io.IOException;
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

	/**
	 * Has something seen to before each fork from now on, after what was named earlier,
	 * and also at an interval: what runs may need it as well.
	 * @param check what has to hold, always on one and the same thread
	 */
	default void beforeEachFork(BeforeFork check) {
		// What forks no process needs nothing.
	}

	/**
	 * What has to hold before a worker is forked.
	 */
	@FunctionalInterface
	interface BeforeFork {

		/**
		 * Sees to it, on the thread that forks. May block.
		 * @throws IOException where it does not hold, with the reason, for which the fork
		 * fails
		 */
		void check() throws IOException;

	}

}
