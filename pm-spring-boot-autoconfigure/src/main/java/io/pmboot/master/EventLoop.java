package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;

/**
 * The one thread that owns all state of the master, and its clock: a seam, so that a
 * simulation runs on virtual time.
 */
interface EventLoop {

	/**
	 * The time by which intervals are measured.
	 * @return nanoseconds since an arbitrary moment, never going back
	 */
	long nanoTime();

	/**
	 * The time of day, for what people read.
	 * @return now
	 */
	Instant instant();

	/**
	 * Runs a task on the loop, after those that wait already.
	 * @param task the task
	 */
	void execute(Runnable task);

	/**
	 * Runs a task on the loop, later.
	 * @param task the task
	 * @param delay how much later
	 * @return cancels the task; on the loop only
	 */
	Timer schedule(Runnable task, Duration delay);

	/**
	 * A task that waits for its time.
	 */
	interface Timer {

		/** Cancels the task; does nothing where it has run. */
		void cancel();

	}

}
