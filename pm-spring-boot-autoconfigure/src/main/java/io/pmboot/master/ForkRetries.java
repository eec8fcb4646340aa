package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.loop.Deadline;
import io.pmboot.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Forks of a group that failed before any JVM ran. Such a failure takes milliseconds, and
 * what is in the way may be over soon, as an update of the JDK is; so they are tried
 * again after growing pauses, for as long as fatal exits count.
 */
final class ForkRetries {

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
