package io.pmboot.master;

import java.time.Duration;

/**
 * How a group is reloaded, as its properties say, validated.
 *
 * @param maxSurge how many slots are replaced at a time
 * @param observe how long successor and predecessor of a slot both accept
 * @param drainTimeout how long a predecessor may take to drain
 * @param pause between one batch of slots and the next
 * @param waitForDrain whether the next batch waits until the predecessors of the last
 * have exited
 * @param order which of the two of a slot comes first
 * @param maxDraining of how many reloads predecessors may drain at the same time, at
 * least 1
 */
public record ReloadSettings(Surge maxSurge, Duration observe, Duration drainTimeout, Duration pause,
		boolean waitForDrain, Order order, int maxDraining) {

	/**
	 * Which of the two of a slot comes first, predecessor or successor.
	 *
	 * @since 0.1
	 */
	public enum Order {

		/** The predecessor serves until its successor has been observed. */
		START_FIRST,

		/**
		 * The predecessor drains when its successor is ready, which is activated when
		 * nothing of the predecessor is in flight any more: never are both active.
		 */
		HANDOVER,

		/** The predecessor exits before its successor is forked. */
		STOP_FIRST

	}

}
