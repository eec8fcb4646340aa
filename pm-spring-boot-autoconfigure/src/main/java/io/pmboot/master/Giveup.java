package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.loop.Deadline;
import io.pmboot.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Whether a group has given up, and the one timer that ends this.
 */
final class Giveup {

	private final Seams seams;

	private final Runnable resume;

	private GroupSettings settings;

	private RestartIntensity intensity;

	private ForkRetries retries;

	private EventLoop.@Nullable Timer pause;

	private @Nullable String reason;

	private String lastFailure = "unknown";

	Giveup(GroupSettings settings, Seams seams, Runnable resume) {
		this.settings = settings;
		this.seams = seams;
		this.resume = resume;
		this.intensity = intensity(settings);
		this.retries = retries(settings);
	}

	private ForkRetries retries(GroupSettings settings) {
		return new ForkRetries(settings.maxFatalRestart(), RestartIntensity.window(settings.pauseAfterFatal()),
				this.seams.loop());
	}

	private static RestartIntensity intensity(GroupSettings settings) {
		return new RestartIntensity(settings.maxFatalRestart(), settings.pauseAfterFatal());
	}

	/**
	 * Begins with a clean record.
	 * @param settings what the group is to be from now on
	 */
	void configured(GroupSettings settings) {
		this.settings = settings;
		this.intensity = intensity(settings);
		this.retries.reset();
		this.retries = retries(settings);
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
			if (!this.retries.failed(exit, this.resume)) {
				begin(this.retries.count(), this.retries.last());
			}
			return;
		}
		// A JVM ran: what kept others from it is over.
		this.retries.reset();
		long now = this.seams.loop().nanoTime();
		if (worker.wasReady()) {
			this.intensity.exitedAfterReady(exit, now);
		}
		else {
			this.intensity.exitedBeforeReady(exit);
		}
		if (this.intensity.exceeded(now)) {
			List<WorkerExitedEvent> counted = this.intensity.counted();
			begin(counted.size(), counted);
		}
	}

	private void begin(int count, List<WorkerExitedEvent> exits) {
		this.retries.reset();
		Instant until = this.seams.loop().instant().plus(this.settings.pauseAfterFatal());
		this.reason = "%d fatal exits, forks again at %s; the last was %s".formatted(count, until, this.lastFailure);
		this.pause = this.seams.loop().schedule(() -> {
			end();
			this.resume.run();
		}, this.settings.pauseAfterFatal());
		this.seams.events().accept(new GiveupEvent(this.settings.name(), exits, this.settings.pauseAfterFatal()));
	}

	/** A worker of the group got ready. */
	void ready() {
		this.intensity.ready();
		this.retries.reset();
	}

	/** Ends the pause, if there is one, with a clean record. */
	void end() {
		cancel();
		this.intensity.reset();
	}

	void cancel() {
		this.retries.reset();
		if (this.pause != null) {
			this.pause.cancel();
			this.pause = null;
			this.reason = null;
		}
	}

	boolean pausing() {
		return this.pause != null;
	}

	/**
	 * Whether nothing is to be forked now.
	 * @return whether the group has given up, or waits before it tries again
	 */
	boolean holds() {
		return pausing() || this.retries.isWaiting();
	}

	/**
	 * Why nothing is forked now.
	 * @return the reason, or {@code null} where that is not so
	 */
	@Nullable String reason() {
		return this.retries.isWaiting() ? "%d forks failed, tries again at %s; the last was %s"
			.formatted(this.retries.count(), this.retries.nextAt(), this.lastFailure) : this.reason;
	}

	/**
	 * How many fatal exits a group had of late. After a worker was ready, exits within
	 * 0.9 × the pause count, as in the original; those of workers that were never ready
	 * count, however slow, until one of the group gets ready, since a JVM that fails
	 * after 12 s never makes five in 54 s.
	 */
	private static final class RestartIntensity {

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

	/**
	 * Forks of a group that failed before any JVM ran. Such a failure takes milliseconds,
	 * and what is in the way may be over soon, as an update of the JDK is; so they are
	 * tried again after growing pauses, for as long as fatal exits count.
	 */
	private static final class ForkRetries {

		private static final Duration FIRST = Duration.ofMillis(250);

		private static final Duration LONGEST = Duration.ofSeconds(10);

		private final int limit;

		private final Duration window;

		private final EventLoop loop;

		private final Deadline next;

		/** The last of them, as many as the limit. */
		private final Deque<WorkerExitedEvent> failures = new ArrayDeque<>();

		private int count;

		private long since;

		private Duration pause = FIRST;

		private @Nullable Instant nextAt;

		ForkRetries(int limit, Duration window, EventLoop loop) {
			this.limit = limit;
			this.window = window;
			this.loop = loop;
			this.next = new Deadline(loop);
		}

		/**
		 * One more has failed.
		 * @param exit what is known of it
		 * @param again runs when the next may be tried
		 * @return whether it is tried again; otherwise it has been tried for long enough
		 */
		boolean failed(WorkerExitedEvent exit, Runnable again) {
			if (this.count++ == 0) {
				this.since = this.loop.nanoTime();
			}
			this.failures.addLast(exit);
			if (this.failures.size() > this.limit) {
				this.failures.removeFirst();
			}
			if (isWaiting()) {
				return true;
			}
			Duration left = this.window.minusNanos(this.loop.nanoTime() - this.since);
			if (left.compareTo(Duration.ZERO) <= 0 && this.count >= this.limit) {
				return false;
			}
			Duration delay = (left.compareTo(Duration.ZERO) > 0 && left.compareTo(this.pause) < 0) ? left : this.pause;
			this.pause = (this.pause.compareTo(LONGEST.dividedBy(2)) > 0) ? LONGEST : this.pause.multipliedBy(2);
			this.nextAt = this.loop.instant().plus(delay);
			this.next.set(() -> {
				this.nextAt = null;
				again.run();
			}, delay);
			return true;
		}

		/** A JVM ran, or all begins anew. */
		void reset() {
			this.next.cancel();
			this.nextAt = null;
			this.failures.clear();
			this.count = 0;
			this.pause = FIRST;
		}

		boolean isWaiting() {
			return this.nextAt != null;
		}

		int count() {
			return this.count;
		}

		List<WorkerExitedEvent> last() {
			return List.copyOf(this.failures);
		}

		/**
		 * When the next is tried.
		 * @return the time of day, or {@code null} where none waits
		 */
		@Nullable Instant nextAt() {
			return this.nextAt;
		}

	}

}
