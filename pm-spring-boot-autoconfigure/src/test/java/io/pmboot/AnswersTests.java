package io.pmboot;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Answers}.
 */
class AnswersTests {

	@Test
	void everyLatencyIsBelowTheBoundOfItsBucketAndNotBelowThatOfTheOneBefore() {
		for (long nanos = 1; nanos < Duration.ofSeconds(130).toNanos(); nanos += 1 + nanos / 7) {
			int bucket = Answers.bucket(nanos);
			assertThat(Duration.ofNanos(nanos)).isLessThan(Answers.bound(bucket));
			if (bucket > 0) {
				assertThat(Duration.ofNanos(nanos)).isGreaterThanOrEqualTo(Answers.bound(bucket - 1));
			}
		}
		assertThat(Answers.bucket(-1)).isZero();
		assertThat(Answers.bucket(Long.MAX_VALUE)).isEqualTo(Answers.BUCKETS - 1);
		assertThat(Answers.bound(Answers.BUCKETS - 1)).isBetween(Duration.ofSeconds(137), Duration.ofSeconds(138));
	}

	@Test
	void tellsShareAndLatencies() {
		Answers answers = new Answers(100, 5, List.of(50L, 45L, 0L, 5L));
		assertThat(answers.failedPercent()).isEqualTo(5);
		assertThat(answers.latency(50)).isEqualTo(Answers.bound(0));
		assertThat(answers.latency(95)).isEqualTo(Answers.bound(1));
		assertThat(answers.latency(99)).isEqualTo(Answers.bound(3));
		assertThat(answers.slowerThan(Duration.ZERO)).isEqualTo(50);
		assertThat(answers.slowerThan(Duration.ofSeconds(1))).isZero();
		assertThat(Answers.NONE.failedPercent()).isZero();
		assertThat(Answers.NONE.latency(95)).isNull();
	}

	@Test
	void addsAndSubtracts() {
		Answers first = new Answers(3, 1, List.of(3L));
		Answers both = first.plus(new Answers(2, 0, List.of(0L, 2L)));
		assertThat(both).isEqualTo(new Answers(5, 1, List.of(3L, 2L)));
		assertThat(both.minus(first)).isEqualTo(new Answers(2, 0, List.of(0L, 2L)));
		assertThat(first.minus(both)).isEqualTo(new Answers(0, 0, List.of(0L, 0L)));
	}

	@Test
	void hasNoMoreBucketsThanThereAre() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Answers(0, 0, Collections.nCopies(Answers.BUCKETS + 1, 0L)));
	}

}
