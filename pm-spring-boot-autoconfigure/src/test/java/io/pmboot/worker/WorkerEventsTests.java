package io.pmboot.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import io.pmboot.event.ListenEvent;
import io.pmboot.event.WorkerDrainingEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WorkerLifecycle.Events}.
 */
@Timeout(60)
class WorkerEventsTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private final BlockingQueue<Object> published = new LinkedBlockingQueue<>();

	@Test
	void areInOrderAndOffTheCallersThread() throws Exception {
		BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
		WorkerLifecycle.Events events = new WorkerLifecycle.Events((event) -> {
			threads.add(Thread.currentThread());
			this.published.add(event);
		}, List.of("8080", "8081"));
		events.activated();
		assertThat(events.draining(DrainReason.RELOAD)).succeedsWithin(SOON);
		assertThat(List.of(next(), next(), next())).containsExactly(new ListenEvent("8080"), new ListenEvent("8081"),
				new WorkerDrainingEvent(DrainReason.RELOAD));
		assertThat(threads).doesNotContain(Thread.currentThread());
	}

	@Test
	void aListenerThatFailsIsNobodysLoss() throws Exception {
		WorkerLifecycle.Events events = new WorkerLifecycle.Events((event) -> {
			this.published.add(event);
			throw new IllegalStateException("no luck");
		}, List.of("8080"));
		events.activated();
		assertThat(events.draining(DrainReason.STOP)).succeedsWithin(SOON);
		assertThat(List.of(next(), next())).containsExactly(new ListenEvent("8080"),
				new WorkerDrainingEvent(DrainReason.STOP));
	}

	@Test
	void aListenerThatBlocksHoldsUpNoDrain() throws Exception {
		CompletableFuture<Void> release = new CompletableFuture<>();
		WorkerLifecycle.Events events = new WorkerLifecycle.Events((event) -> {
			this.published.add(event);
			release.join();
		}, List.of("8080"));
		assertThat(events.draining(DrainReason.STOP)).succeedsWithin(SOON);
		assertThat(next()).isEqualTo(new WorkerDrainingEvent(DrainReason.STOP));
		release.complete(null);
	}

	@Test
	void aListenerThatBlocksSinceTheActivationHoldsUpNoDrain() throws Exception {
		CompletableFuture<Void> release = new CompletableFuture<>();
		WorkerLifecycle.Events events = new WorkerLifecycle.Events((event) -> {
			this.published.add(event);
			release.join();
		}, List.of("8080"));
		events.activated();
		assertThat(next()).isEqualTo(new ListenEvent("8080"));
		assertThat(events.draining(DrainReason.STOP)).succeedsWithin(SOON);
		assertThat(this.published).isEmpty();
		release.complete(null);
		assertThat(next()).isEqualTo(new WorkerDrainingEvent(DrainReason.STOP));
	}

	private Object next() throws InterruptedException {
		Object event = this.published.poll(30, TimeUnit.SECONDS);
		assertThat(event).isNotNull();
		return event;
	}

}
