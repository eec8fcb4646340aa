package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * An event loop on virtual time: what is due runs when {@link #step()} says so.
 */
final class VirtualEventLoop implements EventLoop {

	private final PriorityQueue<Task> tasks = new PriorityQueue<>(
			Comparator.comparingLong(Task::at).thenComparingLong(Task::sequence));

	private long now;

	private long sequence;

	private int timers;

	@Override
	public long nanoTime() {
		return this.now;
	}

	@Override
	public Instant instant() {
		return Instant.EPOCH.plusNanos(this.now);
	}

	@Override
	public void execute(Runnable task) {
		at(Duration.ZERO, task);
	}

	@Override
	public Timer schedule(Runnable task, Duration delay) {
		this.timers++;
		Task[] scheduled = new Task[1];
		scheduled[0] = at(delay, () -> {
			this.timers--;
			task.run();
		});
		return () -> {
			if (this.tasks.remove(scheduled[0])) {
				this.timers--;
			}
		};
	}

	/**
	 * Something of the world around the master, which does not count as its timer.
	 * @param delay how much later
	 * @param task what happens
	 * @return the task
	 */
	Task at(Duration delay, Runnable task) {
		Task scheduled = new Task(this.now + delay.toNanos(), this.sequence++, task);
		this.tasks.add(scheduled);
		return scheduled;
	}

	/**
	 * Runs what is due next, at its time.
	 * @return whether there was anything
	 */
	boolean step() {
		Task next = this.tasks.poll();
		if (next == null) {
			return false;
		}
		this.now = next.at();
		next.task().run();
		return true;
	}

	/**
	 * Runs all that is due within a time, and lets the time pass.
	 * @param duration the time
	 */
	void advance(Duration duration) {
		long until = this.now + duration.toNanos();
		while (!this.tasks.isEmpty() && this.tasks.peek().at() <= until) {
			step();
		}
		this.now = until;
	}

	boolean isEmpty() {
		return this.tasks.isEmpty();
	}

	int pendingTimers() {
		return this.timers;
	}

	record Task(long at, long sequence, Runnable task) {
	}

}
