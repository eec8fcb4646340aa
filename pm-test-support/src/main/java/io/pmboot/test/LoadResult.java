package io.pmboot.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a load came to.
 *
 * @param successes answers by kind of client
 * @param failures failures by kind, over all clients
 * @param examples the first failures, in words
 * @param worst the longest wait for an answer, by kind of client, beyond what was asked
 * for
 */
public record LoadResult(Map<LoadKind, Long> successes, Map<FailureKind, Long> failures, List<String> examples,
		Map<LoadKind, Duration> worst) {

	public long successCount() {
		return this.successes.values().stream().mapToLong(Long::longValue).sum();
	}

	public long failureCount() {
		return this.failures.values().stream().mapToLong(Long::longValue).sum();
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("answers %d, failures %s".formatted(successCount(), this.failures));
		new TreeMap<>(this.successes).forEach((kind, count) -> text.append("\n  %s: %d answers, worst latency %d ms"
			.formatted(kind, count, this.worst.getOrDefault(kind, Duration.ZERO).toMillis())));
		this.examples.forEach((example) -> text.append("\n  ").append(example));
		return text.toString();
	}

}
