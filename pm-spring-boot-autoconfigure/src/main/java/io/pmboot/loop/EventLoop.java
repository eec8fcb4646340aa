package io.pmboot.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The one thread that owns all state of a master or a worker, and its clock: a seam, so
 * that tests run on virtual time.
 */
public interface EventLoop {

	/**
	 * The time by which intervals are measured. May be called on any thread.
	 * @return nanoseconds since an arbitrary moment, never going back
	 */
	long nanoTime();

	/**
	 * The time of day, for what people read.
	 * @return now
	 */
	Instant instant();

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
	 * @return cancels the task; on the loop only
	 */
	Timer schedule(Runnable task, Duration delay);

	/**
	 * The event loop on an executor. A task that fails is logged, and the next one runs:
	 * nothing that happens to one worker or one message may stop all others.
	 * @param executor the executor, of one thread
	 * @param owner whose loop it is, as the log names it
	 * @return the event loop
	 */
	static EventLoop of(ScheduledExecutorService executor, String owner) {
		return new ExecutorEventLoop(executor, owner);
	}

	/**
	 * A task that waits for its time.
	 */
	interface Timer {

		/** Cancels the task; does nothing where it has run. */
		void cancel();

	}

}
