package io.pmboot.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

import io.pmboot.loop.EventLoop;

/**
 * A loop on virtual time: runs only as far as a test lets it.
 */
public class VirtualLoop implements EventLoop {

	private final PriorityQueue<Task> tasks = new PriorityQueue<>(
			Comparator.comparingLong(Task::time).thenComparingLong(Task::number));

	private long now;

	private long count;

	@Override
	public void execute(Runnable task) {
		schedule(task, Duration.ZERO);
	}

	@Override
	public Timer schedule(Runnable task, Duration delay) {
		Task scheduled = new Task(this.now + delay.toMillis(), this.count++, task);
		this.tasks.add(scheduled);
		return () -> this.tasks.remove(scheduled);
	}

	@Override
	public long nanoTime() {
		return Duration.ofMillis(this.now).toNanos();
	}

	@Override
	public Instant instant() {
		return Instant.EPOCH.plusMillis(this.now);
	}

	// Runs what is due by then.
	public void advance(Duration duration) {
		long end = this.now + duration.toMillis();
		for (Task next = this.tasks.peek(); next != null && next.time <= end; next = this.tasks.peek()) {
			this.tasks.remove();
			this.now = Math.max(this.now, next.time);
			next.task.run();
		}
		this.now = Math.max(this.now, end);
	}

	// A task takes its time.
	void pass(Duration duration) {
		this.now += duration.toMillis();
	}

	public boolean isEmpty() {
		return this.tasks.isEmpty();
	}

	private record Task(long time, long number, Runnable task) {
	}

}
