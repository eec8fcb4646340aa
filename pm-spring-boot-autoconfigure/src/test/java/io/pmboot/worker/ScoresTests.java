package io.pmboot.worker;

import io.pmboot.WorkerLoad;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Scores}.
 */
class ScoresTests {

	private final Scores scores = new Scores();

	@Test
	void theLastValueOfANameCounts() {
		this.scores.put("queue", 1);
		this.scores.put("queue", -2.5);
		this.scores.put("x".repeat(64), 0);
		assertThat(this.scores.all()).hasSize(2).containsEntry("queue", -2.5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a\tb", "new\nline" })
	void namesThatAreNoneAreRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.scores.put(name, 1));
		assertThat(this.scores.all()).isEmpty();
	}

	@Test
	void namesThatAreTooLongAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.scores.put("x".repeat(65), 1))
			.withMessageContaining("64");
	}

	@ParameterizedTest
	@ValueSource(doubles = { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY })
	void valuesThatAreNoneAreRefused(double value) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.scores.put("queue", value))
			.withMessageContaining("queue")
			.withMessageContaining(String.valueOf(value));
	}

	@Test
	void soManyAndNoMore() {
		for (int i = 0; i < WorkerLoad.MAX_SCORES; i++) {
			this.scores.put("score" + i, i);
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.scores.put("another", 1))
			.withMessageContaining("another");
		this.scores.put("score0", 7);
		assertThat(this.scores.all()).hasSize(WorkerLoad.MAX_SCORES).containsEntry("score0", 7d);
	}

}
