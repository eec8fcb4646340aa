package io.pmboot.web;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link EventStream}.
 */
@Timeout(30)
class EventStreamTests {

	private final AtomicInteger completed = new AtomicInteger();

	private Runnable whenCompleted = () -> {
	};

	private Runnable whenWritten = () -> {
	};

	private final EventStream stream = new EventStream(new AsyncRequest(), new Body());

	@Test
	void endsAtOnceBetweenTwoEvents() throws IOException {
		this.stream.write("data:1\n\n".getBytes());
		this.stream.end();
		assertThat(this.completed).hasValue(1);
		assertThatIOException().isThrownBy(() -> this.stream.write(1)).withMessageContaining("its worker drains");
		this.stream.end();
		assertThat(this.completed).hasValue(1);
	}

	@Test
	void endsAtOnceBeforeTheFirstEvent() {
		this.stream.end();
		assertThat(this.completed).hasValue(1);
	}

	@Test
	void endsAfterTheEventThatIsBeingWritten() throws IOException {
		this.stream.write("event:a\r\ndata:".getBytes());
		this.stream.flush();
		this.stream.end();
		this.stream.write("1\r\n".getBytes());
		assertThat(this.completed).hasValue(0);
		this.stream.write("\r\n".getBytes());
		assertThat(this.completed).hasValue(1);
	}

	@Test
	void doesNotWaitForAWriteThatIsBlockedWhichEndsItLater() throws Exception {
		CountDownLatch blocked = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		this.whenWritten = () -> {
			blocked.countDown();
			await(release);
		};
		CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write("data:1\n\n"));
		await(blocked);
		this.stream.end();
		assertThat(this.completed).hasValue(0);
		release.countDown();
		writer.get(10, TimeUnit.SECONDS);
		assertThat(this.completed).hasValue(1);
	}

	/**
	 * As Jetty does it, which calls listeners back on the thread that completes, and
	 * Spring, which holds a lock for both writing and its listener.
	 */
	@Test
	void aListenerMayWaitForWhatIsWrittenMeanwhile() throws Exception {
		ReentrantLock springs = new ReentrantLock();
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch completing = new CountDownLatch(1);
		this.whenCompleted = () -> {
			completing.countDown();
			springs.lock();
			springs.unlock();
		};
		CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
			springs.lock();
			try {
				held.countDown();
				await(completing);
				assertThatIOException().isThrownBy(() -> this.stream.write(1));
			}
			finally {
				springs.unlock();
			}
		});
		await(held);
		this.stream.end();
		assertThat(this.completed).hasValue(1);
		writer.get(10, TimeUnit.SECONDS);
	}

	private void write(String text) {
		try {
			this.stream.write(text.getBytes());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Is asynchronous. */
	private final class AsyncRequest extends MockHttpServletRequest {

		@Override
		public boolean isAsyncStarted() {
			return true;
		}

		@Override
		public AsyncContext getAsyncContext() {
			return new MockAsyncContext(this, null) {

				@Override
				public void complete() {
					EventStreamTests.this.completed.incrementAndGet();
					EventStreamTests.this.whenCompleted.run();
				}

			};
		}

	}

	/** Takes everything. */
	private final class Body extends ServletOutputStream {

		@Override
		public void write(int b) {
			EventStreamTests.this.whenWritten.run();
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setWriteListener(WriteListener listener) {
		}

	}

}
