package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.pmboot.event.WorkerExitedEvent;

/**
 * How many fatal exits a group had of late. After a worker was ready, exits within 0.9 ×
 * the pause count, as in the original; those of workers that were never ready count,
 * however slow, until one of the group gets ready, since a JVM that fails after 12 s
 * never makes five in 54 s.
 */
final class RestartIntensity {

	private final int limit;

	private final long window;

	private final Deque<TimedExit> exits = new ArrayDeque<>();

	private final List<WorkerExitedEvent> failedStarts = new ArrayList<>();

	RestartIntensity(int limit, Duration pause) {
		this.limit = limit;
		this.window = window(pause).toNanos();
	}

	/**
	 * How long a fatal exit counts.
	 * @param pause how long the group gives up
	 * @return the time
	 */
	static Duration window(Duration pause) {
		return pause.dividedBy(10).multipliedBy(9);
	}

	void exitedAfterReady(WorkerExitedEvent exit, long now) {
		this.exits.addLast(new TimedExit(exit, now));
	}

	void exitedBeforeReady(WorkerExitedEvent exit) {
		this.failedStarts.add(exit);
	}

	/** A worker of the group got ready. */
	void ready() {
		this.failedStarts.clear();
	}

	void reset() {
		this.exits.clear();
		this.failedStarts.clear();
	}

	boolean exceeded(long now) {
		while (!this.exits.isEmpty() && now - this.exits.getFirst().at > this.window) {
			this.exits.removeFirst();
		}
		return this.exits.size() + this.failedStarts.size() >= this.limit;
	}

	/**
	 * The exits that count now, as {@link #exceeded} left them.
	 * @return the exits
	 */
	List<WorkerExitedEvent> counted() {
		List<WorkerExitedEvent> counted = new ArrayList<>(this.exits.stream().map(TimedExit::exit).toList());
		counted.addAll(this.failedStarts);
		return counted;
	}

	private record TimedExit(WorkerExitedEvent exit, long at) {
	}

}
