package io.pmboot.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

final class ExecutorEventLoop implements EventLoop {

	private static final LoopLog logger = LoopLog.of(EventLoop.class);

	private final ScheduledExecutorService executor;

	private final String owner;

	ExecutorEventLoop(ScheduledExecutorService executor, String owner) {
		this.executor = executor;
		this.owner = owner;
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
		Future<?> future = this.executor.schedule(guarded(task), TimeUnit.NANOSECONDS.convert(delay),
				TimeUnit.NANOSECONDS);
		return () -> future.cancel(false);
	}

	private Runnable guarded(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (OutOfMemoryError ex) {
				Threads.uncaught(ex);
			}
			catch (RuntimeException | Error ex) {
				logger.error("A task of the %s failed; please report this".formatted(this.owner), ex);
			}
		};
	}

}
