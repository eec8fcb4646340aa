package io.pmboot.loop;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The log of what runs on an event loop, which must not wait for a file on a disk that
 * hangs: a thread of its own writes the lines, in their order. Where too many wait, lines
 * are lost and counted. The thread lives while there is something to write.
 */
public final class LoopLog {

	private static final int MAX_WAITING = 1_000;

	private static final ThreadPoolExecutor WRITER = writer();

	private static final AtomicLong LOST = new AtomicLong();

	private final Log log;

	private final Executor writer;

	LoopLog(Log log, Executor writer) {
		this.log = log;
		this.writer = writer;
	}

	/**
	 * A log.
	 * @param type who logs
	 * @return its log
	 */
	public static LoopLog of(Class<?> type) {
		return new LoopLog(LogFactory.getLog(type), WRITER);
	}

	static ThreadPoolExecutor writer() {
		return Threads.executor("pm-log", 1, 1, new ArrayBlockingQueue<>(MAX_WAITING));
	}

	/**
	 * Logs, soon.
	 * @param line the line
	 */
	public void info(String line) {
		write(() -> this.log.info(line));
	}

	/**
	 * Logs, soon.
	 * @param line the line
	 */
	public void warn(String line) {
		warn(line, null);
	}

	/**
	 * Logs, soon.
	 * @param line the line
	 * @param failure what happened, or {@code null}
	 */
	public void warn(String line, @Nullable Throwable failure) {
		write(() -> this.log.warn(line, failure));
	}

	/**
	 * Logs, soon.
	 * @param line the line
	 */
	public void error(String line) {
		error(line, null);
	}

	/**
	 * Logs, soon.
	 * @param line the line
	 * @param failure what happened, or {@code null}
	 */
	public void error(String line, @Nullable Throwable failure) {
		write(() -> this.log.error(line, failure));
	}

	private void write(Runnable line) {
		try {
			this.writer.execute(() -> {
				tellOfLoss();
				line.run();
			});
		}
		catch (RejectedExecutionException ex) {
			// No thread is to be had, or the log takes nothing.
			LOST.incrementAndGet();
		}
	}

	private void tellOfLoss() {
		long lost = LOST.getAndSet(0);
		if (lost > 0) {
			this.log.warn("The log is written again: %d lines have been lost, because it took none".formatted(lost));
		}
	}

	/**
	 * Waits until what has been logged until now is written, for a bounded time. Not to
	 * be called on an event loop.
	 * @param timeout for how long at most
	 */
	public static void flush(Duration timeout) {
		CountDownLatch written = new CountDownLatch(1);
		try {
			WRITER.execute(written::countDown);
			written.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RejectedExecutionException ex) {
			// The log takes nothing.
		}
	}

}
