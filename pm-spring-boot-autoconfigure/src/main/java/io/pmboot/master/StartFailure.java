package io.pmboot.master;

import java.time.Duration;

import io.pmboot.ExitStatus;
import io.pmboot.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * Why a worker did not get ready, as far as the master knows otherwise than by its exit:
 * what it reported, that it took too long, or that it never spoke at all, as a program
 * does that has no starter.
 */
final class StartFailure {

	/** For a worker that reported a failed start to exit by itself. */
	static final Duration GRACE = Duration.ofSeconds(5);

	private boolean spoke;

	private boolean over;

	private @Nullable String waiting;

	/** What explains the exit that follows, in a line. */
	private @Nullable String brief;

	private @Nullable String reason;

	/** It opened its control stream. */
	void spoke() {
		this.spoke = true;
	}

	/**
	 * It told what it waits for.
	 * @param what in words
	 * @param state its state, which this explains
	 */
	void waits(String what, HandleState state) {
		if (state.isBefore(WorkerState.READY)) {
			this.waiting = what;
			state.explain("waits: " + what);
		}
	}

	/** It got ready: what happens from now on is no failure of its start. */
	void over() {
		this.over = true;
		this.reason = null;
	}

	void reported(String analysis) {
		this.reason = analysis;
	}

	void notForked(String failure) {
		this.brief = failure;
		this.reason = failure;
	}

	String timedOut(Duration timeout) {
		String brief = silent("not ready within " + Text.of(timeout));
		if (this.waiting != null) {
			brief += ", it waited: " + this.waiting;
		}
		this.brief = brief;
		this.reason = brief;
		return brief;
	}

	/**
	 * How it exited, and what of its start explains that in a line.
	 * @param status how its process ended
	 * @return the status and, where there is one, an explanation
	 */
	String exited(ExitStatus status) {
		if (this.over) {
			return status.toString();
		}
		return (this.brief != null) ? status + "; " + this.brief : silent(status.toString());
	}

	private String silent(String what) {
		return this.spoke ? what
				: what + "; it never spoke to the master: is pm-spring-boot-starter on its class path?";
	}

	@Nullable String reason() {
		return this.reason;
	}

}
