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
 * @param stopFirst whether a predecessor exits before its successor is forked
 * @param maxDraining of how many reloads predecessors may drain at the same time, at
 * least 1
 */
public record ReloadSettings(Surge maxSurge, Duration observe, Duration drainTimeout, Duration pause,
		boolean waitForDrain, boolean stopFirst, int maxDraining) {
}
