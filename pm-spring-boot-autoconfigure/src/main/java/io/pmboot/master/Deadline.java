package io.pmboot.master;

import java.time.Duration;

import io.pmboot.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * At most one thing that happens later, unless something else happens before.
 */
final class Deadline {

	private final EventLoop loop;

	private EventLoop.@Nullable Timer timer;

	/**
	 * Creates a deadline that is not set.
	 * @param loop the event loop, on which alone it is used
	 */
	Deadline(EventLoop loop) {
		this.loop = loop;
	}

	/**
	 * Sets it, in place of the one that was set before.
	 * @param task what happens then
	 * @param delay how much later
	 */
	void set(Runnable task, Duration delay) {
		cancel();
		this.timer = this.loop.schedule(() -> {
			this.timer = null;
			task.run();
		}, delay);
	}

	/** Nothing happens; does nothing where it is not set. */
	void cancel() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

}
