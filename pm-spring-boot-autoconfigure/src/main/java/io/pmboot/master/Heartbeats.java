package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

import io.pmboot.Heartbeat;
import io.pmboot.WorkerLoad;
import io.pmboot.loop.Deadline;
import io.pmboot.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What the heartbeats of one worker tell.
 */
final class Heartbeats {

	/** What heartbeats tell is believed when so many in a row do. */
	static final int TIMES = 3;

	private final EventLoop loop;

	/** What the last heartbeats told. */
	private final Deque<Integer> collecting = new ArrayDeque<>();

	private @Nullable Heartbeat last;

	private long heardAt;

	private List<String> deadlocked = List.of();

	private int timesDeadlocked;

	private int timesWithoutAcceptor;

	Heartbeats(EventLoop loop) {
		this.loop = loop;
	}

	void received(WorkerLoad load) {
		expect();
		this.last = new Heartbeat(this.loop.instant(), load);
		this.timesDeadlocked = load.deadlockedThreads().equals(this.deadlocked) ? this.timesDeadlocked + 1 : 1;
		this.deadlocked = load.deadlockedThreads();
		Integer acceptors = load.acceptors();
		this.timesWithoutAcceptor = (acceptors != null && acceptors == 0) ? this.timesWithoutAcceptor + 1 : 0;
		this.collecting.add(load.collecting());
		if (this.collecting.size() > TIMES) {
			this.collecting.remove();
		}
	}

	/** Counts from now: what was missed up to here is nobody's fault. */
	void expect() {
		this.heardAt = this.loop.nanoTime();
	}

	/**
	 * Does not count some time in which this master heard nobody.
	 * @param time the time, up to now
	 */
	private void excuse(Duration time) {
		this.heardAt = Math.min(this.loop.nanoTime(), this.heardAt + time.toNanos());
	}

	/**
	 * Whether the worker is hung.
	 * @param settings what is expected of it
	 * @return what tells so, or {@code null} where nothing does
	 */
	@Nullable String symptom(GroupSettings settings) {
		if (!settings.judgesHeartbeats()) {
			return null;
		}
		int maxLost = settings.properties().maxHeartbeatLost();
		int maxCollecting = settings.properties().maxGcPercent();
		Duration silent = Duration.ofNanos(this.loop.nanoTime() - this.heardAt);
		if (silent.compareTo(settings.heartbeatInterval().multipliedBy(maxLost + 1L)) >= 0) {
			return "no heartbeat for %s (%d missed)".formatted(Text.of(silent), maxLost);
		}
		if (!this.deadlocked.isEmpty() && this.timesDeadlocked >= TIMES) {
			return "its threads %s wait for each other".formatted(String.join(", ", this.deadlocked));
		}
		if (this.timesWithoutAcceptor >= TIMES) {
			return "no thread of it accepts connections, or nobody would serve them";
		}
		int least = this.collecting.stream().mapToInt(Integer::intValue).min().orElse(0);
		if (maxCollecting > 0 && this.collecting.size() == TIMES && least >= maxCollecting) {
			return "its garbage collector took %d %% of the time or more, for %d heartbeats".formatted(least, TIMES);
		}
		return null;
	}

	@Nullable Heartbeat last() {
		return this.last;
	}

	/**
	 * Looks at intervals whether the workers of a group are hung. Only those that are
	 * READY: one that starts or drains has a time limit anyway.
	 */
	static final class Judge {

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
		Judge(Supplier<GroupSettings> settings, EventLoop loop, Collection<WorkerHandle> workers) {
			this.settings = settings;
			this.loop = loop;
			this.workers = workers;
			this.next = new Deadline(loop);
		}

		/** A worker is READY: looks from now on, as long as there is one. */
		void watch() {
			if (this.settings.get().judgesHeartbeats() && !this.watching) {
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
			this.next.set(this::look, this.settings.get().heartbeatInterval());
		}

		private void look() {
			List<WorkerHandle> ready = this.workers.stream().filter(WorkerHandle::serves).toList();
			this.watching = !ready.isEmpty();
			if (!this.watching) {
				return;
			}
			Duration interval = this.settings.get().heartbeatInterval();
			Duration late = Duration.ofNanos(this.loop.nanoTime() - this.lookedAt).minus(interval);
			lookLater();
			// This master was stopped, or starved: heartbeats may wait unread.
			if (late.compareTo(interval) > 0) {
				ready.forEach((worker) -> worker.heartbeats.expect());
			}
			else {
				ready.forEach((worker) -> worker.heartbeats.excuse(late));
				ready.forEach(WorkerHandle::judge);
			}
		}

	}

}
