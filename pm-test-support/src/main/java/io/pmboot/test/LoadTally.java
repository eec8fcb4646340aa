package io.pmboot.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts for all clients of a load. */
final class LoadTally {

	private static final int MAX_EXAMPLES = 20;

	private final Map<LoadKind, Long> successes = new EnumMap<>(LoadKind.class);

	private final Map<FailureKind, Long> failures = new EnumMap<>(FailureKind.class);

	private final List<String> examples = new ArrayList<>();

	private final long begin = System.nanoTime();

	private final Map<LoadKind, Duration> worst = new EnumMap<>(LoadKind.class);

	synchronized void success(LoadKind kind, long nanos) {
		this.successes.merge(kind, 1L, Long::sum);
		this.worst.merge(kind, Duration.ofNanos(nanos), (one, other) -> (one.compareTo(other) > 0) ? one : other);
		notifyAll();
	}

	synchronized void failure(LoadKind kind, String target, RequestFailedException failure) {
		this.failures.merge(failure.kind(), 1L, Long::sum);
		if (this.examples.size() < MAX_EXAMPLES) {
			long at = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.begin);
			this.examples.add("after %,d ms %s %s: %s".formatted(at, kind, target, failure.getMessage()));
		}
		notifyAll();
	}

	/**
	 * Waits until a kind of client has had so many more answers than now.
	 * @param kind the kind
	 * @param more how many more
	 * @param timeout how long to wait
	 * @return whether it has
	 * @throws InterruptedException when interrupted
	 */
	synchronized boolean await(LoadKind kind, long more, Duration timeout) throws InterruptedException {
		long goal = this.successes.getOrDefault(kind, 0L) + more;
		long deadline = System.nanoTime() + timeout.toNanos();
		while (this.successes.getOrDefault(kind, 0L) < goal) {
			long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
			if (left <= 0) {
				return false;
			}
			wait(left);
		}
		return true;
	}

	synchronized LoadResult result() {
		return new LoadResult(Map.copyOf(this.successes), Map.copyOf(this.failures), List.copyOf(this.examples),
				Map.copyOf(this.worst));
	}

}
