package io.pmboot.actuate;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TurnsTests {

	private static final Duration LONG = Duration.ofHours(1);

	@Test
	void whoWaitsHasItsTurnInOrder() {
		Turns turns = new Turns(2, 2, LONG);
		assertThat(turns.take()).isCompletedWithValue(true);
		assertThat(turns.take()).isCompletedWithValue(true);
		CompletableFuture<Boolean> first = turns.take();
		CompletableFuture<Boolean> second = turns.take();
		assertThat(first).isNotDone();
		turns.giveBack();
		assertThat(first).isCompletedWithValue(true);
		assertThat(second).isNotDone();
		turns.giveBack();
		assertThat(second).isCompletedWithValue(true);
	}

	@Test
	void whoIsOneTooManyHasNone() {
		Turns turns = new Turns(1, 1, LONG);
		turns.take();
		turns.take();
		assertThat(turns.take()).isCompletedWithValue(false);
		turns.giveBack();
		turns.giveBack();
		assertThat(turns.take()).isCompletedWithValue(true);
	}

	@Test
	void whoHasWaitedTooLongHasNoneAndTakesNone() throws Exception {
		Turns turns = new Turns(1, 1, Duration.ofMillis(1));
		turns.take();
		assertThat(turns.take().get()).isFalse();
		assertThat(turns.take().get()).isFalse();
		turns.giveBack();
		assertThat(turns.take()).isCompletedWithValue(true);
	}

}
