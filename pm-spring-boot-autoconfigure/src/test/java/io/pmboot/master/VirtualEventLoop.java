package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

import io.pmboot.loop.EventLoop;

/**
 * An event loop on virtual time: what is due runs when {@link #step()} says so. It can
 * stall, as that of a master that is stopped: the world goes on meanwhile.
 */
final class VirtualEventLoop implements EventLoop {

	private static final Comparator<Task> ORDER = Comparator.comparingLong(Task::at).thenComparingLong(Task::sequence);

	private final PriorityQueue<Task> tasks = new PriorityQueue<>(ORDER);

	private long now;

	private long sequence;

	private int timers;

	private long stalledSince;

	private long stalledUntil = -1;

	private long stalledBefore;

	private int stalls;

	private Duration clockSet = Duration.ZERO;

	@Override
	public long nanoTime() {
		return this.now;
	}

	@Override
	public Instant instant() {
		return Instant.EPOCH.plusNanos(this.now).plus(this.clockSet);
	}

	/**
	 * Somebody sets the clock.
	 * @param difference by how much
	 */
	void setClock(Duration difference) {
		this.clockSet = this.clockSet.plus(difference);
	}

	@Override
	public void execute(Runnable task) {
		add(Duration.ZERO, task, true);
	}

	@Override
	public Timer schedule(Runnable task, Duration delay) {
		this.timers++;
		Task[] scheduled = new Task[1];
		scheduled[0] = add(delay, () -> {
			this.timers--;
			task.run();
		}, true);
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
		return add(delay, task, false);
	}

	private Task add(Duration delay, Runnable task, boolean ofMaster) {
		Task scheduled = new Task(this.now + delay.toNanos(), this.sequence++, task, ofMaster);
		this.tasks.add(scheduled);
		return scheduled;
	}

	/**
	 * Something of the world that the master notices, when it can.
	 * @param task what happens
	 */
	void notice(Runnable task) {
		if (isStalled()) {
			execute(task);
		}
		else {
			task.run();
		}
	}

	/**
	 * Nothing of the master runs for a while.
	 * @param duration how long
	 */
	void stall(Duration duration) {
		if (!isStalled()) {
			this.stalls++;
			this.stalledSince = this.now;
			this.stalledUntil = this.now + duration.toNanos();
		}
	}

	boolean isStalled() {
		return this.stalledUntil >= 0;
	}

	int stalls() {
		return this.stalls;
	}

	/**
	 * The time in which the master was not stalled.
	 * @return nanoseconds
	 */
	long awakeNanos() {
		return (isStalled() ? this.stalledSince : this.now) - this.stalledBefore;
	}

	/**
	 * Runs what is due next, at its time.
	 * @return whether there was anything
	 */
	boolean step() {
		Task next = isStalled() ? nextInStall() : this.tasks.poll();
		if (next == null) {
			return false;
		}
		this.now = Math.max(this.now, next.at());
		next.task().run();
		return true;
	}

	private Task nextInStall() {
		Task next = this.tasks.stream()
			.filter((task) -> !task.ofMaster() && task.at() <= this.stalledUntil)
			.min(ORDER)
			.orElse(null);
		if (next != null) {
			this.tasks.remove(next);
			return next;
		}
		this.now = this.stalledUntil;
		this.stalledBefore += this.stalledUntil - this.stalledSince;
		this.stalledUntil = -1;
		return this.tasks.poll();
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
		this.now = Math.max(this.now, until);
	}

	boolean isEmpty() {
		return this.tasks.isEmpty();
	}

	int pendingTimers() {
		return this.timers;
	}

	record Task(long at, long sequence, Runnable task, boolean ofMaster) {
	}

}
