package io.pmboot.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.accept.Serving.HeldThread;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LongRequests}, on virtual time.
 */
@ExtendWith(OutputCaptureExtension.class)
class LongRequestsTests {

	private static final String HELD = "all its 2 request threads are held by requests that run for longer than 10000 ms";

	private final VirtualLoop loop = new VirtualLoop();

	private final List<HeldThread> held = new ArrayList<>();

	private final List<String> told = new ArrayList<>();

	private final List<Runnable> logs = new ArrayList<>();

	private @Nullable Integer threads = 2;

	@Test
	void logsARequestOnceWithTheStackOfItsThread(CapturedOutput output) {
		begin();
		hold();
		advance(10);
		assertThat(this.logs).isEmpty();
		advance(60);
		assertThat(this.logs).hasSize(1);
		this.logs.get(0).run();
		assertThat(output)
			.containsOnlyOnce("longer than max-request-time (10000 ms). " + Thread.currentThread().getName())
			.contains("at " + LongRequestsTests.class.getName() + ".logsARequestOnceWithTheStackOfItsThread");
		assertThat(this.told).isEmpty();
	}

	@Test
	void manyAreLoggedByAndByAndNoneWhileTheLogWaits(CapturedOutput output) {
		begin();
		for (int i = 0; i < 50; i++) {
			hold();
		}
		advance(60);
		assertThat(this.logs).hasSize(1);
		int logged = 0;
		for (int i = 0; i < this.logs.size(); i++) {
			this.logs.get(i).run();
			advance(1);
			int now = StringUtils.countOccurrencesOf(output.getOut(), "A request holds its thread for ");
			assertThat(now - logged).isBetween(1, 20);
			logged = now;
		}
		assertThat(logged).isEqualTo(50);
		advance(60);
		assertThat(this.logs).hasSize(3);
	}

	@Test
	void shortRequestsAreNone() {
		begin();
		for (int i = 0; i < 20; i++) {
			hold();
			hold();
			advance(9);
			this.held.clear();
		}
		assertThat(this.logs).isEmpty();
		assertThat(this.told).isEmpty();
	}

	@Test
	void tellsOnceThatAllThreadsAreHeld() {
		begin();
		hold();
		advance(8);
		hold();
		advance(9);
		assertThat(this.told).isEmpty();
		advance(60);
		assertThat(this.told).containsExactly(HELD);
	}

	@Test
	void whereThereIsNoLimitNotAllAreHeld() {
		this.threads = null;
		begin();
		hold();
		hold();
		advance(60);
		assertThat(this.told).isEmpty();
		assertThat(this.logs).isNotEmpty();
	}

	private void begin() {
		new LongRequests(this.loop, Duration.ofSeconds(10), List.of(new Held()), this.told::add, this.logs::add)
			.begin();
	}

	private void hold() {
		this.held.add(new HeldThread(this.loop.nanoTime() + this.held.size(), Thread.currentThread()));
	}

	private void advance(int seconds) {
		this.loop.advance(Duration.ofSeconds(seconds));
	}

	private final class Held implements Serving {

		@Override
		public CompletionStage<Void> drain(DrainReason reason) {
			return CompletableFuture.completedStage(null);
		}

		@Override
		public List<HeldThread> held() {
			return List.copyOf(LongRequestsTests.this.held);
		}

		@Override
		public @Nullable Integer requestThreads() {
			return LongRequestsTests.this.threads;
		}

	}

}
