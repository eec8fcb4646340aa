package io.pmboot.loop;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventLoop}.
 */
@Timeout(60)
class EventLoopTests {

	private final ScheduledThreadPoolExecutor executor = Threads.timer("pm-test-loop");

	private final EventLoop loop = EventLoop.of(this.executor, "test");

	private final BlockingQueue<Object> done = new LinkedBlockingQueue<>();

	@AfterEach
	void end() {
		this.executor.shutdownNow();
	}

	@ParameterizedTest
	@ValueSource(classes = { IllegalStateException.class, AssertionError.class, StackOverflowError.class })
	void aTaskThatFailsStopsNoOther(Class<? extends Throwable> failure) throws Exception {
		this.loop.execute(() -> sneak(failure));
		this.loop.schedule(() -> sneak(failure), Duration.ZERO);
		this.loop.execute(() -> this.done.add("one"));
		this.loop.schedule(() -> this.done.add("two"), Duration.ofMillis(1));
		assertThat(next()).isEqualTo("one");
		assertThat(next()).isEqualTo("two");
	}

	@Test
	void memoryThatIsUsedUpIsNobodysToCatch() throws Exception {
		CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
		OutOfMemoryError error = new OutOfMemoryError("for the test");
		this.loop.execute(() -> {
			Thread.currentThread().setUncaughtExceptionHandler((thread, ex) -> uncaught.complete(ex));
			throw error;
		});
		assertThat(uncaught.get(30, TimeUnit.SECONDS)).isSameAs(error);
	}

	@Test
	void whatAStageCompletesWithArrivesOnTheLoop() throws Exception {
		CompletableFuture<String> stage = new CompletableFuture<>();
		this.loop.whenComplete(stage,
				(value, failure) -> this.done.add(value + " " + failure + " " + Thread.currentThread().getName()));
		stage.complete("value");
		assertThat(next()).isEqualTo("value null pm-test-loop");
	}

	@Test
	void aStageThatFailsTellsItsOwnFailure() throws Exception {
		IOException failure = new IOException("own");
		CompletableFuture<String> first = new CompletableFuture<>();
		this.loop.whenComplete(first.thenApply(String::trim), (value, told) -> this.done.add(told));
		first.completeExceptionally(failure);
		assertThat(next()).isSameAs(failure);
		assertThat(EventLoop.cause(new CompletionException(failure))).isSameAs(failure);
		assertThat(EventLoop.cause(failure)).isSameAs(failure);
	}

	@Test
	void whatCompletesAfterTheLoopHasEndedIsGivenBack() throws Exception {
		this.executor.shutdownNow();
		CompletableFuture<String> stage = new CompletableFuture<>();
		this.loop.whenComplete(stage, (value, failure) -> this.done.add("run"), this.done::add);
		this.loop.whenComplete(stage, (value, failure) -> this.done.add("run"));
		stage.complete("value");
		assertThat(next()).isEqualTo("value");
		assertThat(this.done).isEmpty();
	}

	private Object next() throws InterruptedException {
		Object next = this.done.poll(30, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

	private static void sneak(Class<? extends Throwable> failure) {
		try {
			Throwable thrown = failure.getDeclaredConstructor().newInstance();
			if (thrown instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) thrown;
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
