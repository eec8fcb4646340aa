package io.pmboot.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.pmboot.WorkerLoad;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the scores of {@link HeartbeatSender}.
 */
class ScoresTests {

	private final HeartbeatSender scores = new HeartbeatSender(new VirtualLoop(), Duration.ofSeconds(1),
			(message) -> CompletableFuture.completedFuture(null));

	@Test
	void theLastValueOfANameCounts() {
		this.scores.score("queue", 1);
		this.scores.score("queue", -2.5);
		this.scores.score("x".repeat(64), 0);
		assertThat(this.scores.scores()).hasSize(2).containsEntry("queue", -2.5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a\tb", "new\nline" })
	void namesThatAreNoneAreRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.scores.score(name, 1));
		assertThat(this.scores.scores()).isEmpty();
	}

	@Test
	void namesThatAreTooLongAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.scores.score("x".repeat(65), 1))
			.withMessageContaining("64");
	}

	@ParameterizedTest
	@ValueSource(doubles = { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY })
	void valuesThatAreNoneAreRefused(double value) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.scores.score("queue", value))
			.withMessageContaining("queue")
			.withMessageContaining(String.valueOf(value));
	}

	@Test
	void soManyAndNoMore() {
		for (int i = 0; i < WorkerLoad.MAX_SCORES; i++) {
			this.scores.score("score" + i, i);
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.scores.score("another", 1))
			.withMessageContaining("another");
		this.scores.score("score0", 7);
		assertThat(this.scores.scores()).hasSize(WorkerLoad.MAX_SCORES).containsEntry("score0", 7d);
	}

}
