package io.pmboot.loop;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Makes threads and executors. They keep no process alive, except where a method says so.
 * Where the system has no thread left, the one who starts it gets a
 * {@link RejectedExecutionException}, as from an executor that is closed: what needed the
 * thread fails, and the process goes on.
 */
public final class Threads {

	private static final Duration IDLE = Duration.ofSeconds(10);

	private Threads() {
	}

	/**
	 * Makes a thread.
	 * @param name its name
	 * @param task what it runs
	 * @return the thread, which is not started
	 */
	public static Thread daemon(String name, Runnable task) {
		return new Started(name, task, true, 0);
	}

	/**
	 * Makes a thread that keeps this process alive while it runs.
	 * @param name its name
	 * @param task what it runs
	 * @return the thread, which is not started
	 */
	public static Thread foreground(String name, Runnable task) {
		return new Started(name, task, false, 0);
	}

	/**
	 * Starts a thread.
	 * @param name its name
	 * @param task what it runs
	 * @return the thread
	 */
	public static Thread start(String name, Runnable task) {
		Thread thread = daemon(name, task);
		thread.start();
		return thread;
	}

	/**
	 * An executor with a thread for each task, for what is seldom or takes long.
	 * @param name the threads' name
	 * @return the executor
	 */
	public static Executor each(String name) {
		return (task) -> start(name, task);
	}

	/**
	 * Calls something on a thread of its own, for what is seldom or takes long.
	 * @param <T> what it returns
	 * @param name the thread's name
	 * @param task what to call
	 * @return completes with what it returns or throws; exceptionally, too, where no
	 * thread is to be had
	 */
	public static <T> CompletableFuture<T> call(String name, Supplier<T> task) {
		try {
			return CompletableFuture.supplyAsync(task, each(name));
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * An executor with as many threads as tasks run at a time, each of which lives for a
	 * while longer.
	 * @param name the threads' name
	 * @return the executor
	 */
	public static Executor many(String name) {
		return executor(name, 0, Integer.MAX_VALUE, new SynchronousQueue<>());
	}

	/**
	 * An executor with a few threads, which live while there is something to do. With one
	 * thread, tasks run in their order.
	 * @param name the threads' name
	 * @param threads how many at most
	 * @return the executor, to be closed
	 */
	public static ThreadPoolExecutor few(String name, int threads) {
		return executor(name, threads, threads, new LinkedBlockingQueue<>());
	}

	static ThreadPoolExecutor executor(String name, int core, int maximum, BlockingQueue<Runnable> queue) {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(core, maximum, IDLE.toMillis(), TimeUnit.MILLISECONDS,
				queue, (task) -> daemon(name, task));
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	/**
	 * An executor with one thread that runs tasks at their time.
	 * @param name the thread's name
	 * @return the executor, to be closed
	 */
	public static ScheduledThreadPoolExecutor timer(String name) {
		return new ScheduledThreadPoolExecutor(1, (task) -> daemon(name, task));
	}

	/**
	 * Treats what was caught as if nobody had caught it: a process that is out of memory
	 * ends, as it would otherwise.
	 * @param ex what was caught
	 */
	public static void uncaught(Throwable ex) {
		Thread thread = Thread.currentThread();
		thread.getUncaughtExceptionHandler().uncaughtException(thread, ex);
	}

	/**
	 * A thread of ours.
	 */
	static final class Started extends Thread {

		// A test asks for a stack that no system has.
		Started(String name, Runnable task, boolean daemon, long stackSize) {
			super(null, task, name, stackSize);
			setDaemon(daemon);
		}

		@Override
		public void start() {
			try {
				super.start();
			}
			catch (OutOfMemoryError ex) {
				throw new RejectedExecutionException("No thread is to be had: " + ex.getMessage(), ex);
			}
		}

	}

}
