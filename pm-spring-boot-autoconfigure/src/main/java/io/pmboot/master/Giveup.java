package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerExitedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Whether a group has given up, because of its fatal exits of late, and the one timer
 * that ends this. After a worker was ready, exits within 0.9 × the pause count, as in the
 * original; those of workers that were never ready count, however slow, until one of the
 * group gets ready, since a JVM that fails after 12 s never makes five in 54 s.
 */
final class Giveup {

	private final Seams seams;

	private final Runnable resume;

	private final Deadline pause;

	private final ForkRetries retries;

	/** After a worker was ready. */
	private final Deque<TimedExit> exits = new ArrayDeque<>();

	private final List<WorkerExitedEvent> failedStarts = new ArrayList<>();

	private GroupSettings settings;

	/** Why the group has given up, while it has. */
	private @Nullable String reason;

	private String lastFailure = "unknown";

	Giveup(GroupSettings settings, Seams seams, Runnable resume) {
		this.settings = settings;
		this.seams = seams;
		this.resume = resume;
		this.pause = new Deadline(seams.loop());
		this.retries = new ForkRetries();
	}

	/**
	 * Ends the pause, if there is one, with a clean record.
	 * @param settings what the group is to be from now on
	 */
	void configured(GroupSettings settings) {
		end();
		this.settings = settings;
	}

	/**
	 * A worker exited fatally.
	 * @param exit the exit
	 * @param worker the worker
	 */
	void fatalExit(WorkerExitedEvent exit, WorkerHandle worker) {
		if (pausing()) {
			return;
		}
		this.lastFailure = "%s-%d, %s".formatted(exit.worker().group(), exit.worker().index(), worker.describe(exit));
		if (worker.neverRan()) {
			this.retries.failed(exit);
			return;
		}
		// A JVM ran: what kept others from it is over.
		this.retries.reset();
		long now = this.seams.loop().nanoTime();
		if (worker.wasReady()) {
			this.exits.addLast(new TimedExit(exit, now));
		}
		else {
			this.failedStarts.add(exit);
		}
		this.exits.removeIf((each) -> now - each.at() > window().toNanos());
		if (this.exits.size() + this.failedStarts.size() >= this.settings.properties().maxFatalRestart()) {
			List<WorkerExitedEvent> counted = Stream
				.concat(this.exits.stream().map(TimedExit::exit), this.failedStarts.stream())
				.toList();
			begin(counted.size(), counted);
		}
	}

	/** How long a fatal exit counts. */
	private Duration window() {
		return this.settings.properties().pauseAfterFatal().dividedBy(10).multipliedBy(9);
	}

	private void begin(int count, List<WorkerExitedEvent> exits) {
		this.retries.reset();
		Duration time = this.settings.properties().pauseAfterFatal();
		this.reason = "%d fatal exits, forks again at %s; the last was %s".formatted(count,
				this.seams.loop().instant().plus(time), this.lastFailure);
		this.pause.set(() -> {
			end();
			this.resume.run();
		}, time);
		this.seams.events().accept(new GiveupEvent(this.settings.name(), exits, time));
	}

	/** A worker of the group got ready. */
	void ready() {
		this.failedStarts.clear();
		this.retries.reset();
	}

	/** Ends the pause, if there is one, with a clean record. */
	void end() {
		cancel();
		this.exits.clear();
		this.failedStarts.clear();
	}

	void cancel() {
		this.retries.reset();
		this.pause.cancel();
		this.reason = null;
	}

	boolean pausing() {
		return this.reason != null;
	}

	/** Whether it has given up, or waits before it tries again: nothing is forked. */
	boolean holds() {
		return pausing() || this.retries.nextAt != null;
	}

	/**
	 * Why nothing is forked now.
	 * @return the reason, or {@code null} where that is not so
	 */
	@Nullable String reason() {
		return (this.retries.nextAt != null) ? "%d forks failed, tries again at %s; the last was %s"
			.formatted(this.retries.count, this.retries.nextAt, this.lastFailure) : this.reason;
	}

	private record TimedExit(WorkerExitedEvent exit, long at) {
	}

	/**
	 * Forks of a group that failed before any JVM ran. Such a failure takes milliseconds,
	 * and what is in the way may be over soon, as an update of the JDK is; so they are
	 * tried again after growing pauses, for as long as fatal exits count.
	 */
	private final class ForkRetries {

		private static final Duration FIRST = Duration.ofMillis(250);

		private static final Duration LONGEST = Duration.ofSeconds(10);

		private final Deadline next = new Deadline(Giveup.this.seams.loop());

		/** The last of them, as many as make the group give up. */
		private final Deque<WorkerExitedEvent> failures = new ArrayDeque<>();

		private int count;

		private long since;

		private Duration pause = FIRST;

		/** When the next is tried, where one waits. */
		private @Nullable Instant nextAt;

		/** Tries again, or gives up where that has been done for long enough. */
		void failed(WorkerExitedEvent exit) {
			int limit = Giveup.this.settings.properties().maxFatalRestart();
			long now = Giveup.this.seams.loop().nanoTime();
			if (this.count++ == 0) {
				this.since = now;
			}
			this.failures.addLast(exit);
			if (this.failures.size() > limit) {
				this.failures.removeFirst();
			}
			if (this.nextAt != null) {
				return;
			}
			Duration left = window().minusNanos(now - this.since);
			boolean over = left.compareTo(Duration.ZERO) <= 0;
			if (over && this.count >= limit) {
				begin(this.count, List.copyOf(this.failures));
				return;
			}
			Duration delay = (!over && left.compareTo(this.pause) < 0) ? left : this.pause;
			this.pause = (this.pause.compareTo(LONGEST.dividedBy(2)) > 0) ? LONGEST : this.pause.multipliedBy(2);
			this.nextAt = Giveup.this.seams.loop().instant().plus(delay);
			this.next.set(() -> {
				this.nextAt = null;
				Giveup.this.resume.run();
			}, delay);
		}

		/** A JVM ran, or all begins anew. */
		void reset() {
			this.next.cancel();
			this.nextAt = null;
			this.failures.clear();
			this.count = 0;
			this.pause = FIRST;
		}

	}

}
