package io.pmboot.worker;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.pmboot.control.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SerialRuns}, with a master that the test plays.
 */
@Timeout(60)
class SerialRunsTests {

	private final BlockingQueue<Frame> sent = new LinkedBlockingQueue<>();

	private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();

	private final AtomicReference<Thread> thread = new AtomicReference<>();

	private CompletionStage<Void> written = CompletableFuture.completedFuture(null);

	private final SerialRuns turns = new SerialRuns((message) -> {
		this.sent.add(message);
		return this.written;
	});

	@Test
	void sectionRunsOnTheCallingThreadOnceItIsGranted() throws Exception {
		Future<String> result = start(() -> {
			this.ran.add("section");
			return Thread.currentThread().getName();
		});
		assertThat(next()).isEqualTo(new Frame.RequestTurn(1));
		assertThat(this.ran).isEmpty();
		this.turns.granted(1);
		assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo(this.thread.get().getName());
		assertThat(next()).isEqualTo(new Frame.EndTurn(1));
		assertThat(this.sent).isEmpty();
	}

	@Test
	void callWithinTheSectionOnTheSameThreadRunsAtOnce() throws Exception {
		Future<String> result = start(() -> this.turns.serially(() -> this.turns.serially(() -> "nested")));
		next();
		this.turns.granted(1);
		assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo("nested");
		assertThat(next()).isEqualTo(new Frame.EndTurn(1));
		assertThat(this.sent).isEmpty();
	}

	@Test
	void callAfterTheSectionAsksAnew() throws Exception {
		Future<String> first = start(() -> "first");
		next();
		this.turns.granted(1);
		first.get(30, TimeUnit.SECONDS);
		next();
		Future<String> second = start(() -> "second");
		assertThat(next()).isEqualTo(new Frame.RequestTurn(2));
		assertThat(second).isNotDone();
		this.turns.granted(2);
		assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("second");
	}

	@Test
	void everyThreadHasATurnOfItsOwn() throws Exception {
		Future<String> first = start(() -> "first");
		assertThat(next()).isEqualTo(new Frame.RequestTurn(1));
		Future<String> second = start(() -> "second");
		assertThat(next()).isEqualTo(new Frame.RequestTurn(2));
		this.turns.granted(1);
		assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("first");
		assertThat(second).isNotDone();
		this.turns.granted(2);
		assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("second");
	}

	@Test
	void exceptionOfTheSectionIsPassedOnAndTheTurnEnds() throws Exception {
		Future<String> result = start(() -> {
			throw new IOException("no luck");
		});
		next();
		this.turns.granted(1);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> result.get(30, TimeUnit.SECONDS))
			.withRootCauseExactlyInstanceOf(IOException.class);
		assertThat(next()).isEqualTo(new Frame.EndTurn(1));
	}

	@Test
	void interruptedWaitEndsTheTurnThatHasNotBegun() throws Exception {
		Future<String> result = start(() -> "section");
		next();
		this.thread.get().interrupt();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> result.get(30, TimeUnit.SECONDS))
			.withRootCauseExactlyInstanceOf(InterruptedException.class);
		assertThat(next()).isEqualTo(new Frame.EndTurn(1));
		this.turns.granted(1);
		assertThat(this.sent).isEmpty();
	}

	@Test
	void whoWaitsWhenTheMasterIsLostIsToldSo() throws Exception {
		Future<String> result = start(() -> this.ran.add("section") ? "" : null);
		next();
		this.turns.masterLost();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> result.get(30, TimeUnit.SECONDS))
			.withCauseExactlyInstanceOf(IllegalStateException.class)
			.withMessageContaining("lost its master")
			.withMessageContaining("has not run");
		assertThat(this.ran).isEmpty();
	}

	@Test
	void whoAsksAfterTheMasterIsLostIsToldSo() {
		this.turns.masterLost();
		assertThatIllegalStateException().isThrownBy(() -> this.turns.serially(() -> this.ran.add("section")))
			.withMessageContaining("lost its master");
		assertThat(this.ran).isEmpty();
	}

	@Test
	void requestThatCannotBeSentFails() {
		this.written = CompletableFuture.failedFuture(new IOException("broken pipe"));
		assertThatIllegalStateException().isThrownBy(() -> this.turns.serially(() -> this.ran.add("section")))
			.withMessageContaining("lost its master")
			.withStackTraceContaining("broken pipe");
		assertThat(this.ran).isEmpty();
	}

	@Test
	void sectionThatRunsWhenTheMasterIsLostGoesOn() throws Exception {
		CompletableFuture<Void> goOn = new CompletableFuture<>();
		Future<String> result = start(() -> {
			this.ran.add("begun");
			goOn.get();
			return "done";
		});
		next();
		this.turns.granted(1);
		assertThat(this.ran.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
		this.turns.masterLost();
		goOn.complete(null);
		assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo("done");
	}

	private Future<String> start(Callable<String> section) {
		FutureTask<String> task = new FutureTask<>(() -> this.turns.serially(section));
		Thread thread = new Thread(task, "caller");
		thread.setDaemon(true);
		this.thread.set(thread);
		thread.start();
		return task;
	}

	private Frame next() throws InterruptedException {
		Frame frame = this.sent.poll(30, TimeUnit.SECONDS);
		assertThat(frame).isNotNull();
		return frame;
	}

}
