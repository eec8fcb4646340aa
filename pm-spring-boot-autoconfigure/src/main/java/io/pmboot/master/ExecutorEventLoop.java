package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.pmboot.loop.LoopLog;

/**
 * The event loop on a single-threaded executor. A task that fails is logged, and the next
 * one runs: nothing that happens to one worker may stop the master.
 */
final class ExecutorEventLoop implements EventLoop {

	private static final LoopLog logger = LoopLog.of(ExecutorEventLoop.class);

	private final ScheduledExecutorService executor;

	ExecutorEventLoop(ScheduledExecutorService executor) {
		this.executor = executor;
	}

	@Override
	public long nanoTime() {
		return System.nanoTime();
	}

	@Override
	public Instant instant() {
		return Instant.now();
	}

	@Override
	public void execute(Runnable task) {
		this.executor.execute(guarded(task));
	}

	@Override
	public Timer schedule(Runnable task, Duration delay) {
		Future<?> future = this.executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
		return () -> future.cancel(false);
	}

	private static Runnable guarded(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (OutOfMemoryError ex) {
				// As if nobody had caught it: a master that is out of memory ends.
				Thread thread = Thread.currentThread();
				thread.getUncaughtExceptionHandler().uncaughtException(thread, ex);
			}
			catch (RuntimeException | Error ex) {
				logger.error("A task of the master failed; please report this", ex);
			}
		};
	}

}
