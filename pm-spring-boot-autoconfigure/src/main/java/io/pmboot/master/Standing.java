package io.pmboot.master;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Whether a group is to run: it may be stopped, be on its way back, or end with the
 * master.
 */
final class Standing {

	private @Nullable String stopped;

	private @Nullable GroupStart start;

	private boolean ending;

	boolean isRunning() {
		return !this.ending && this.stopped == null;
	}

	boolean isStopped() {
		return this.stopped != null;
	}

	boolean isStarting() {
		return this.start != null;
	}

	boolean isEnding() {
		return this.ending;
	}

	void stop(Instant now) {
		cancelStart("the group was stopped");
		this.stopped = "stopped on request at " + now;
	}

	void start(GroupStart start) {
		this.start = start;
		start.attempt();
	}

	void started() {
		this.start = null;
		this.stopped = null;
	}

	void startFailed(String why) {
		this.start = null;
		this.stopped = "its start failed: " + why;
	}

	void end() {
		this.ending = true;
		cancelStart("the master is stopping");
	}

	private void cancelStart(String why) {
		GroupStart start = this.start;
		this.start = null;
		if (start != null) {
			start.cancel(why);
		}
	}

	/**
	 * Why it does not run.
	 * @return the reason, or {@code null} where it runs
	 */
	@Nullable String reason() {
		if (this.ending) {
			return "the master is stopping";
		}
		return (this.start != null) ? "being started: its listeners are bound first" : this.stopped;
	}

}
