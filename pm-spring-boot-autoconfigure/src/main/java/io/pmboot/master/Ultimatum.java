package io.pmboot.master;

import java.time.Duration;

import io.pmboot.loop.EventLoop;
import io.pmboot.process.WorkerProcess;
import org.jspecify.annotations.Nullable;

/**
 * Ends a process that does not end by itself: SIGTERM when its time is up, SIGKILL five
 * seconds later. Its time can be shortened, never prolonged.
 */
final class Ultimatum {

	/** Between SIGTERM and SIGKILL. */
	static final Duration GRACE = Duration.ofSeconds(5);

	private final EventLoop loop;

	private final WorkerProcess process;

	private long due;

	private boolean terminated;

	private boolean killed;

	private EventLoop.@Nullable Timer timer;

	Ultimatum(EventLoop loop, WorkerProcess process) {
		this.loop = loop;
		this.process = process;
	}

	void within(Duration timeout) {
		long due = this.loop.nanoTime() + timeout.toNanos();
		if (this.terminated || (this.timer != null && due - this.due >= 0)) {
			return;
		}
		cancel();
		if (timeout.isZero()) {
			terminate();
			return;
		}
		this.due = due;
		this.timer = this.loop.schedule(this::terminate, timeout);
	}

	private void terminate() {
		this.terminated = true;
		this.process.terminate();
		this.timer = this.loop.schedule(this::kill, GRACE);
	}

	/** The time is up at once. */
	void kill() {
		cancel();
		this.killed = true;
		this.process.kill();
	}

	/**
	 * Whether it came to SIGKILL.
	 * @return whether the process was killed
	 */
	boolean killed() {
		return this.killed;
	}

	void cancel() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

}
