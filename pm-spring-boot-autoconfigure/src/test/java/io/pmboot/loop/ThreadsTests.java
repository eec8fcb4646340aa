package io.pmboot.loop;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Threads}.
 */
@Timeout(60)
class ThreadsTests {

	private final BlockingQueue<Thread> ran = new LinkedBlockingQueue<>();

	@Test
	void onlyAThreadInTheForegroundKeepsTheProcessAlive() throws Exception {
		// Whatever the one is that starts it.
		Threads.start("pm-test-starter", () -> {
			Threads.foreground("pm-test-foreground", this::run).start();
			Threads.start("pm-test-start", this::run);
		});
		assertThat(next()).matches((thread) -> thread.isDaemon() == thread.getName().equals("pm-test-start"));
		assertThat(next()).matches((thread) -> thread.isDaemon() == thread.getName().equals("pm-test-start"));
		Threads.each("pm-test-each").execute(this::run);
		Threads.many("pm-test-many").execute(this::run);
		assertThat(next().isDaemon()).isTrue();
		assertThat(next().isDaemon()).isTrue();
	}

	@Test
	void whatIsCalledOnAThreadOfItsOwnTellsHowItEnded() {
		assertThat(Threads.call("pm-test-call", () -> Thread.currentThread().getName()))
			.succeedsWithin(Duration.ofSeconds(30))
			.isEqualTo("pm-test-call");
		assertThat(Threads.call("pm-test-call", () -> {
			throw new IllegalStateException("no luck");
		})).failsWithin(Duration.ofSeconds(30)).withThrowableThat().withMessageContaining("no luck");
	}

	@Test
	void aSingleThreadKeepsTheOrder() throws Exception {
		ThreadPoolExecutor executor = Threads.few("pm-test-few", 1);
		BlockingQueue<Integer> order = new LinkedBlockingQueue<>();
		for (int i = 0; i < 100; i++) {
			int number = i;
			executor.execute(() -> order.add(number));
		}
		executor.shutdown();
		assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		assertThat(order).isSorted().hasSize(100);
	}

	@Test
	void aTaskThatBlocksHoldsUpNoOtherAmongMany() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		Executor many = Threads.many("pm-test-many");
		many.execute(() -> {
			try {
				release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			run();
		});
		many.execute(this::run);
		assertThat(next()).isNotNull();
		release.countDown();
		assertThat(next()).isNotNull();
	}

	private void run() {
		this.ran.add(Thread.currentThread());
	}

	private Thread next() throws InterruptedException {
		Thread next = this.ran.poll(30, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

}
