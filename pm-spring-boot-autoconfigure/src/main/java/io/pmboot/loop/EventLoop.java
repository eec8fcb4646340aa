package io.pmboot.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns all state of a master or a worker, and its clock: a seam, so
 * that tests run on virtual time.
 */
public interface EventLoop {

	/**
	 * The time by which intervals are measured. May be called on any thread.
	 * @return nanoseconds since an arbitrary moment, never going back
	 */
	long nanoTime();

	/**
	 * The time of day, for what people read.
	 * @return now
	 */
	Instant instant();

	/**
	 * Runs a task on the loop, after those that wait already. May be called on any
	 * thread.
	 * @param task the task
	 */
	void execute(Runnable task);

	/**
	 * Runs a task on the loop, later.
	 * @param task the task
	 * @param delay how much later
	 * @return cancels the task; on the loop only
	 */
	Timer schedule(Runnable task, Duration delay);

	/**
	 * Runs a task on the loop when a stage has completed, and not where the loop has
	 * ended by then. May be called on any thread.
	 * @param <T> what the stage completes with
	 * @param stage the stage
	 * @param task receives that, or why the stage failed: its own failure, without the
	 * {@link CompletionException} that others put around it
	 */
	default <T> void whenComplete(CompletionStage<? extends T> stage,
			BiConsumer<? super @Nullable T, ? super @Nullable Throwable> task) {
		whenComplete(stage, task, (unused) -> {
		});
	}

	/**
	 * As {@link #whenComplete(CompletionStage, BiConsumer)}, for what has to be given
	 * back where the loop has ended.
	 * @param <T> what the stage completes with
	 * @param stage the stage
	 * @param task receives that, or why the stage failed
	 * @param unused receives what the stage completes with where the loop has ended, on
	 * any thread
	 */
	default <T> void whenComplete(CompletionStage<? extends T> stage,
			BiConsumer<? super @Nullable T, ? super @Nullable Throwable> task, Consumer<? super T> unused) {
		stage.whenComplete((result, failure) -> {
			try {
				execute(() -> task.accept(result, (failure != null) ? cause(failure) : null));
			}
			catch (RejectedExecutionException ex) {
				if (failure == null) {
					unused.accept(result);
				}
			}
		});
	}

	/**
	 * Why a stage failed.
	 * @param failure what a stage that depends on it was told
	 * @return what that was first
	 */
	static Throwable cause(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	/**
	 * The event loop on an executor. A task that fails is logged, and the next one runs:
	 * nothing that happens to one worker or one message may stop all others.
	 * @param executor the executor, of one thread
	 * @param owner whose loop it is, as the log names it
	 * @return the event loop
	 */
	static EventLoop of(ScheduledExecutorService executor, String owner) {
		LoopLog logger = LoopLog.of(EventLoop.class);
		return new EventLoop() {

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
				executor.execute(guarded(task));
			}

			@Override
			public Timer schedule(Runnable task, Duration delay) {
				Future<?> future = executor.schedule(guarded(task), TimeUnit.NANOSECONDS.convert(delay),
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
						logger.error("A task of the %s failed; please report this".formatted(owner), ex);
					}
				};
			}

		};
	}

	/**
	 * A task that waits for its time.
	 */
	interface Timer {

		/** Cancels the task; does nothing where it has run. */
		void cancel();

	}

}
