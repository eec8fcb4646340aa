package io.pmboot.accept;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.pmboot.DrainReason;
import io.pmboot.worker.VirtualLoop;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Spread}.
 */
class SpreadTests {

	private final VirtualLoop loop = new VirtualLoop();

	private final List<Integer> ended = new ArrayList<>();

	@Test
	void endsEachOnceAndAllOfThemWithinTheSpread() {
		Spread spread = new Spread(Duration.ofSeconds(5), this.loop);
		end(spread, 1000);
		assertThat(this.ended).isEmpty();
		for (int second = 1; second < 5; second++) {
			this.loop.advance(Duration.ofSeconds(1));
			// 200 on average: far from it only where they are not spread.
			assertThat(this.ended).hasSizeBetween(200 * second - 150, 200 * second + 150);
		}
		this.loop.advance(Duration.ofSeconds(1));
		assertThat(this.ended).hasSize(1000).doesNotHaveDuplicates();
		spread.drain(DrainReason.STOP);
		assertThat(this.ended).hasSize(1000);
	}

	@Test
	void aWorkerThatIsToStopEndsTheRestAtOnceAndLaterOnesToo() {
		Spread spread = new Spread(Duration.ofSeconds(5), this.loop);
		end(spread, 10);
		this.loop.advance(Duration.ofSeconds(1));
		spread.drain(DrainReason.STOP);
		assertThat(this.ended).hasSize(10);
		end(spread, 1);
		assertThat(this.ended).hasSize(11);
		this.loop.advance(Duration.ofSeconds(10));
		assertThat(this.ended).hasSize(11);
	}

	@Test
	void nothingIsSpreadOverNoTime() {
		end(new Spread(Duration.ZERO, this.loop), 3);
		assertThat(this.ended).containsExactly(0, 1, 2);
		assertThat(this.loop.isEmpty()).isTrue();
	}

	private void end(Spread spread, int count) {
		int first = this.ended.size();
		for (int i = 0; i < count; i++) {
			int number = first + i;
			spread.end(() -> this.ended.add(number));
		}
	}

}
