package io.pmboot.worker;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that owns the state of this worker: a seam, so that tests run on virtual
 * time.
 */
interface Loop {

	/**
	 * Runs a task on the loop, after those that wait already. May be called on any
	 * thread.
	 * @param task the task
	 */
	void execute(Runnable task);

	/**
	 * Runs a task on the loop, later.
	 * @param task the task
	 * @param delay how much later
	 */
	void schedule(Runnable task, Duration delay);

	/**
	 * The time by which intervals are measured. May be called on any thread.
	 * @return nanoseconds since an arbitrary moment, never going back
	 */
	long nanoTime();

	static Loop of(ScheduledExecutorService executor) {
		return new Loop() {

			@Override
			public void execute(Runnable task) {
				executor.execute(task);
			}

			@Override
			public void schedule(Runnable task, Duration delay) {
				executor.schedule(task, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
			}

			@Override
			public long nanoTime() {
				return System.nanoTime();
			}

		};
	}

}
