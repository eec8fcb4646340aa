package io.pmboot.master;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import io.pmboot.Answers;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.Surge;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * How often {@link Judge} is mistaken, on virtual time: reloads of three slots, each of
 * them observed for 10 s.
 */
class JudgeTests {

	private static final int RELOADS = Boolean.getBoolean("pm.full") ? 20_000 : 200;

	private static final int LOOKS = 40;

	@ParameterizedTest
	@CsvSource({ "3, 4, 1, 4, 0.2428571", "6, 20, 0, 40, 0.0007742278", "10, 10, 0, 10, 0.000005412544",
			"5, 100, 5, 100, 0.626235" })
	void chanceIsThatOfFishersExactTest(long failed, long total, long otherFailed, long otherTotal, double chance) {
		assertThat(Judge.chance(failed, total, otherFailed, otherTotal)).isCloseTo(chance, within(chance * 0.005));
	}

	@Test
	void chanceOfLargeNumbersIsANumber() {
		assertThat(Judge.chance(300_000, 1_000_000, 50_000, 1_000_000)).isZero();
		assertThat(Judge.chance(50_000, 1_000_000, 50_000, 1_000_000)).isBetween(0.49, 0.51);
		assertThat(Judge.chance(20, 20, 0, 0)).isOne();
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.01, 0.05, 0.2 })
	void goodVersionIsHardlyEverTakenBack(double failing) {
		for (double rate : new double[] { 0.5, 2, 10 }) {
			long back = LongStream.range(0, RELOADS)
				.parallel()
				.filter((seed) -> new Trial(seed, rate).reload(failing, failing) != null)
				.count();
			System.out.printf("Of %d reloads of a version of which %.0f %% fail, as before, at %.0f/s: %d taken back%n",
					RELOADS, failing * 100, rate * 4, back);
			assertThat(back).isLessThanOrEqualTo(RELOADS / 10_000);
		}
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "0.05, 1", "0, 0.3", "0.05, 0.3" })
	void badVersionIsTakenBack(double before, double failing) {
		for (double rate : new double[] { 2, 10 }) {
			List<Trial> trials = LongStream.range(0, 100).mapToObj((seed) -> new Trial(seed, rate)).toList();
			assertThat(trials).allMatch((trial) -> trial.reload(before, failing) != null);
			System.out.printf(
					"A version of which %.0f %% fail, and %.0f %% before, at %.0f/s: "
							+ "taken back after %.1f s and %.0f failures, in the mean%n",
					failing * 100, before * 100, rate * 4,
					trials.stream().mapToDouble((trial) -> trial.looks / 4.0).average().orElseThrow(),
					trials.stream().mapToDouble((trial) -> trial.failures).average().orElseThrow());
		}
	}

	/**
	 * One reload, of workers that answer at a rate for each of the times that they tell
	 * of it.
	 */
	private static final class Trial {

		private final Random random;

		private final double rate;

		private final VirtualEventLoop loop = new VirtualEventLoop();

		private final RecentAnswers recent = new RecentAnswers(this.loop);

		private final Judge judge = new Judge(this.loop, TestGroup.reload(new Surge(1, false), Duration.ofSeconds(10),
				Duration.ZERO, Duration.ZERO, false, Order.START_FIRST, 2), 2, this.recent);

		private int looks;

		private long failures;

		Trial(long seed, double rate) {
			this.random = new Random(seed);
			this.rate = rate;
		}

		@Nullable String reload(double before, double failing) {
			for (int i = 0; i < 120; i++) {
				this.recent.add(answers(3, before));
				this.loop.advance(Duration.ofMillis(500));
			}
			String worse = null;
			for (int slot = 1; slot <= 3 && worse == null; slot++) {
				this.judge.begin();
				for (int look = 0; look < LOOKS && worse == null; look++) {
					worse = look(slot, before, failing);
				}
				worse = (worse != null) ? worse : this.judge.observed();
			}
			return worse;
		}

		private @Nullable String look(int slot, double before, double failing) {
			this.looks++;
			this.loop.advance(Judge.INTERVAL);
			Answers others = answers(4 - slot, before);
			String worse = this.judge.answered("web-2", 1, others);
			Answers answers = answers(slot, failing);
			this.failures += answers.failed();
			return (worse != null) ? worse : this.judge.answered("web-0", 2, answers);
		}

		private Answers answers(int workers, double failing) {
			long total = 0;
			for (int i = 0; i < 2 * workers * this.rate; i++) {
				total += this.random.nextBoolean() ? 1 : 0;
			}
			long failed = 0;
			for (int i = 0; i < total; i++) {
				failed += (this.random.nextDouble() < failing) ? 1 : 0;
			}
			return new Answers(total, failed, List.of(total));
		}

	}

}
