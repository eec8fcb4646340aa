package io.pmboot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What was answered to requests: how many, how many of them failed, and how long they
 * took. A request that became a WebSocket or a stream of events is one, counted when that
 * ends.
 *
 * @param total how many requests have ended
 * @param failed for how many of them that was the server's fault: a status of 500 or
 * more, an exception that cut an answer short, or one of gRPC's codes UNKNOWN,
 * DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE and DATA_LOSS
 * @param latencies how many took how long, from the request's first byte to the end of
 * its answer: those below {@link #bound(int) bound(0)}, those from there up to
 * {@code bound(1)}, and so on; {@link #BUCKETS} at most, of which the last has no upper
 * bound
 * @since 0.1
 */
public record Answers(long total, long failed, List<Long> latencies) {

	/** How many buckets there are for latencies. */
	public static final int BUCKETS = 80;

	/** None at all. */
	public static final Answers NONE = new Answers(0, 0, List.of());

	/** 65.5 microseconds: the bound of the first bucket, as a power of two. */
	private static final int UNIT_BITS = 16;

	public Answers {
		if (latencies.size() > BUCKETS) {
			throw new IllegalArgumentException(
					"%d buckets for latencies, where %d may be".formatted(latencies.size(), BUCKETS));
		}
		latencies = List.copyOf(latencies);
	}

	/**
	 * The bucket of a latency. Each is a quarter of a power of two: what is read from
	 * them is up to 25 % too long.
	 * @param nanos the latency in nanoseconds
	 * @return its bucket, from 0 to {@code BUCKETS - 1}
	 */
	public static int bucket(long nanos) {
		long units = Math.max(0, nanos) >> UNIT_BITS;
		if (units < 4) {
			return (int) units;
		}
		int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(units);
		int quarter = (int) (units >> (exponent - 2)) & 3;
		return Math.min(BUCKETS - 1, (exponent - 1) * 4 + quarter);
	}

	/**
	 * Below what the latencies of a bucket are.
	 * @param bucket the bucket, from 0 to {@code BUCKETS - 1}
	 * @return its upper bound; that of the last is the longest that is told apart, 137 s
	 */
	public static Duration bound(int bucket) {
		long units = (bucket < 4) ? bucket + 1L : (5L + bucket % 4) << (bucket / 4 - 1);
		return Duration.ofNanos(units << UNIT_BITS);
	}

	/**
	 * The share of those that failed.
	 * @return in percent; 0 where there are none
	 */
	public double failedPercent() {
		return (this.total > 0) ? 100.0 * this.failed / this.total : 0;
	}

	/**
	 * A latency that so many of them did not exceed.
	 * @param percent how many of them, such as 95
	 * @return the latency, up to 25 % too long; {@code null} where there are none
	 */
	public @Nullable Duration latency(double percent) {
		long measured = this.latencies.stream().mapToLong(Long::longValue).sum();
		long wanted = Math.max(1, (long) Math.ceil(measured * percent / 100));
		long seen = 0;
		for (int bucket = 0; bucket < this.latencies.size(); bucket++) {
			seen += this.latencies.get(bucket);
			if (seen >= wanted) {
				return bound(bucket);
			}
		}
		return null;
	}

	/**
	 * Those that took longer than a latency.
	 * @param latency the latency, taken up to the bound of its bucket
	 * @return how many
	 */
	public long slowerThan(Duration latency) {
		return this.latencies.stream().skip(bucket(latency.toNanos()) + 1L).mapToLong(Long::longValue).sum();
	}

	/**
	 * These and others.
	 * @param others the others
	 * @return the sum
	 */
	public Answers plus(Answers others) {
		return combine(others, 1);
	}

	/**
	 * What has come since.
	 * @param earlier what there was earlier, of the same worker
	 * @return the difference
	 */
	public Answers minus(Answers earlier) {
		return combine(earlier, -1);
	}

	private Answers combine(Answers others, int sign) {
		List<Long> sum = new ArrayList<>();
		for (int bucket = 0; bucket < Math.max(this.latencies.size(), others.latencies.size()); bucket++) {
			sum.add(Math.max(0, at(bucket) + sign * others.at(bucket)));
		}
		return new Answers(Math.max(0, this.total + sign * others.total),
				Math.max(0, this.failed + sign * others.failed), sum);
	}

	private long at(int bucket) {
		return (bucket < this.latencies.size()) ? this.latencies.get(bucket) : 0;
	}

}
