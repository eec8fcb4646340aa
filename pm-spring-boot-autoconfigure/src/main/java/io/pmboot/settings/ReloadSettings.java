package io.pmboot.settings;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a group is reloaded.
 *
 * @param maxSurge Number of slots that are replaced at a time, or a percentage of them
 * such as 25%.
 * @param observe Time for which a successor that accepts is observed, its predecessor
 * still beside it; 0 does not observe.
 * @param drainTimeout Longest time that a predecessor may take to empty: requests in
 * flight, and idle connections that end by their own time-out.
 * @param pause Pause before the next slots are replaced.
 * @param waitForDrain Whether the predecessors must have exited before the next slots are
 * replaced.
 * @param order Which of the two of a slot comes first: a successor is started before its
 * predecessor is stopped or after it, or is ready before and active after it.
 * @param maxDraining Number of reloads whose predecessors may drain at the same time; one
 * more is refused until the oldest has ended.
 * @param healthGroup Health group of the application that must be UP before a worker is
 * ready.
 */
public record ReloadSettings(@DefaultValue("1") Surge maxSurge, @DefaultValue("10s") Duration observe,
		@DefaultValue("75s") Duration drainTimeout, @DefaultValue("0s") Duration pause,
		@DefaultValue("false") boolean waitForDrain, @DefaultValue("start-first") Order order,
		@DefaultValue("2") int maxDraining, @Nullable String healthGroup) {

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
