package io.pmboot.master;

import java.time.Duration;

/**
 * What is expected of the heartbeats of a group's workers, validated.
 *
 * @param interval how often a worker sends one
 * @param maxLost so many may be missed in a row before a worker is judged hung, at least
 * 0, which never judges
 * @param maxCollecting percent of the time that collecting garbage may take, three
 * heartbeats in a row, before a worker is judged hung; 0 does not judge by it
 */
record HeartbeatSettings(Duration interval, int maxLost, int maxCollecting) {

	/**
	 * Whether a worker is ever judged hung.
	 * @return whether it is
	 */
	boolean isJudged() {
		return this.maxLost > 0;
	}

	/**
	 * How long a worker is silent that has missed too many.
	 * @return the time since its last heartbeat
	 */
	Duration allowance() {
		return this.interval.multipliedBy(this.maxLost + 1L);
	}

}
