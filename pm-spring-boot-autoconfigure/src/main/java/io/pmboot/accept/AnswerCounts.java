package io.pmboot.accept;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import io.pmboot.Answers;

/**
 * Counts what a server has answered, on any thread, without a lock that requests share
 * and without an object for each.
 */
final class AnswerCounts {

	private final LongAdder failed = new LongAdder();

	private final LongAdder[] latencies = Stream.generate(LongAdder::new)
		.limit(Answers.BUCKETS)
		.toArray(LongAdder[]::new);

	void count(long nanos, boolean failed) {
		this.latencies[Answers.bucket(nanos)].increment();
		if (failed) {
			this.failed.increment();
		}
	}

	long total() {
		return Stream.of(this.latencies).mapToLong(LongAdder::sum).sum();
	}

	/** What is counted while this looks may be in it or not. */
	Answers answers() {
		// In this order, and counted in the other: no more failed than there are.
		long failed = this.failed.sum();
		List<Long> counts = new ArrayList<>();
		Stream.of(this.latencies).forEach((latency) -> counts.add(latency.sum()));
		while (!counts.isEmpty() && counts.get(counts.size() - 1) == 0) {
			counts.remove(counts.size() - 1);
		}
		return new Answers(counts.stream().mapToLong(Long::longValue).sum(), failed, counts);
	}

}
