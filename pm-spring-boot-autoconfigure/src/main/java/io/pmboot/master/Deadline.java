package io.pmboot.master;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * At most one thing that happens later, unless something else happens before.
 */
final class Deadline {

	private final EventLoop loop;

	private EventLoop.@Nullable Timer timer;

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

	void cancel() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

}
