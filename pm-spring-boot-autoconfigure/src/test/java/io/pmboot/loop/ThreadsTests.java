package io.pmboot.loop;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Threads}.
 */
@Timeout(60)
class ThreadsTests {

	/** More than a process can address. */
	private static final long TOO_LARGE = 1L << 47;

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
		assertThat(List.copyOf(order)).isSorted().hasSize(100);
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

	@Test
	void whoStartsAThreadThatIsNotToBeHadIsRefusedAndNobodyElse() throws Exception {
		AtomicLong stack = new AtomicLong(TOO_LARGE);
		ThreadFactory factory = (task) -> new Threads.Started("pm-test-none", task, true, stack.get());
		assertThatExceptionOfType(RejectedExecutionException.class)
			.isThrownBy(() -> factory.newThread(this::run).start())
			.withMessageContaining("No thread is to be had");
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				factory);
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> executor.execute(this::run));
		stack.set(0);
		executor.execute(this::run);
		assertThat(next()).isNotNull();
		executor.shutdown();
		assertThat(this.ran).isEmpty();
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
