package io.pmboot.master;

import java.time.Duration;

import io.pmboot.ExitStatus;
import io.pmboot.process.WorkerProcess;
import org.jspecify.annotations.Nullable;

/**
 * Why a worker did not get ready, as far as the master knows otherwise than by its exit:
 * what it reported, that it took too long, that no JVM came up, or that it never spoke at
 * all.
 */
final class StartFailure {

	/** For a worker that reported a failed start to exit by itself. */
	static final Duration GRACE = Duration.ofSeconds(5);

	private boolean spoke;

	private boolean over;

	private boolean neverRan;

	private @Nullable String noStarter;

	private @Nullable String before;

	private @Nullable String waiting;

	/** What explains the exit that follows, in a line. */
	private @Nullable String brief;

	private @Nullable String reason;

	/**
	 * It is forked after others.
	 * @param before how often these failed, and how the last did; {@code null} where none
	 * did
	 */
	void follows(@Nullable String before) {
		this.before = before;
	}

	/** It opened its control stream. */
	void spoke() {
		this.spoke = true;
	}

	/**
	 * It told what it waits for.
	 * @param what in words
	 * @return why it is still starting
	 */
	String waits(String what) {
		this.waiting = what;
		return "waits: " + what + ((this.before != null) ? "; " + this.before : "");
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
		this.neverRan = true;
		this.brief = failure;
		this.reason = failure;
	}

	/**
	 * Its process has ended.
	 * @param process the process
	 */
	void ended(WorkerProcess process) {
		String noJvm = process.noJvm();
		if (noJvm != null && !this.spoke) {
			notForked("no JVM came up: " + noJvm);
		}
		this.noStarter = process.noStarter();
	}

	/**
	 * Whether it ended before any JVM ran.
	 * @return whether it was not forked, or its JVM did not come up
	 */
	boolean neverRan() {
		return this.neverRan;
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
		if (this.brief == null) {
			return silent(status.toString());
		}
		return status + "; " + this.brief + ((this.noStarter != null && !this.spoke) ? ": " + this.noStarter : "");
	}

	private String silent(String what) {
		if (this.spoke) {
			return what;
		}
		return what + "; it never spoke to the master" + ((this.noStarter != null) ? ": " + this.noStarter : "");
	}

	@Nullable String reason() {
		return this.reason;
	}

}
