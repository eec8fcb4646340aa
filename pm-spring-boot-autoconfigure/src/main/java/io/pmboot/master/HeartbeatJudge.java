package io.pmboot.master;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import io.pmboot.WorkerState;
import io.pmboot.loop.Deadline;
import io.pmboot.loop.EventLoop;

/**
 * Looks at intervals whether the workers of a group are hung. Only those that are READY:
 * one that starts or drains has a time limit anyway.
 */
final class HeartbeatJudge {

	private final Supplier<GroupSettings> settings;

	private final EventLoop loop;

	private final Collection<WorkerHandle> workers;

	private final Deadline next;

	private boolean watching;

	private long lookedAt;

	/**
	 * Creates a judge, which does nothing yet.
	 * @param settings what the group is to be, at any time
	 * @param loop the loop
	 * @param workers the group's workers, whichever these are when it looks
	 */
	HeartbeatJudge(Supplier<GroupSettings> settings, EventLoop loop, Collection<WorkerHandle> workers) {
		this.settings = settings;
		this.loop = loop;
		this.workers = workers;
		this.next = new Deadline(loop);
	}

	private HeartbeatSettings heartbeats() {
		return this.settings.get().heartbeats();
	}

	/** A worker is READY: looks from now on, as long as there is one. */
	void watch() {
		if (heartbeats().isJudged() && !this.watching) {
			this.watching = true;
			lookLater();
		}
	}

	/** Looks no more. */
	void cancel() {
		this.watching = false;
		this.next.cancel();
	}

	private void lookLater() {
		this.lookedAt = this.loop.nanoTime();
		this.next.set(this::look, heartbeats().interval());
	}

	private void look() {
		List<WorkerHandle> ready = this.workers.stream()
			.filter((worker) -> worker.state() == WorkerState.READY)
			.toList();
		this.watching = !ready.isEmpty();
		if (!this.watching) {
			return;
		}
		Duration late = Duration.ofNanos(this.loop.nanoTime() - this.lookedAt).minus(heartbeats().interval());
		lookLater();
		// This master was stopped, or starved: heartbeats may wait unread.
		if (late.compareTo(heartbeats().interval()) > 0) {
			ready.forEach((worker) -> worker.pulse().expect());
		}
		else {
			ready.forEach((worker) -> worker.pulse().excuse(late));
			ready.forEach(WorkerHandle::judge);
		}
	}

}
