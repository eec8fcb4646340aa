package io.pmboot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.pmboot.Heartbeat;
import io.pmboot.WorkerLoad;
import org.jspecify.annotations.Nullable;

/**
 * What the last heartbeat of a worker told, as the status has it.
 *
 * @param at when the master received it
 * @param heapUsed bytes of heap in use
 * @param heapMax bytes that the heap may grow to, or {@code null} where it has no limit
 * @param nonHeapUsed bytes in use by the JVM outside the heap
 * @param residentSize bytes of memory that the process has of the system, or {@code null}
 * where the system does not tell
 * @param served requests that have ended since the worker started
 * @param inFlight requests that were being served
 * @param oldestInFlightMillis the age of the oldest of these, or {@code null} where there
 * was none
 * @param lagMillis how much too late the heartbeat's timer fired
 * @param collectingPercent percent of the time since the heartbeat before that collectors
 * of garbage held everything else up
 * @param acceptors how many threads accept connections, or {@code null} in a worker that
 * has none or is not to accept
 * @param deadlockedThreads names of threads that wait for each other for ever
 * @param scores the application's own, by name
 * @since 0.1
 * @see WorkerLoad
 */
public record LoadStatus(Instant at, long heapUsed, @Nullable Long heapMax, long nonHeapUsed,
		@Nullable Long residentSize, long served, int inFlight, @Nullable Long oldestInFlightMillis, long lagMillis,
		int collectingPercent, @Nullable Integer acceptors, List<String> deadlockedThreads,
		Map<String, Double> scores) {

	static @Nullable LoadStatus of(@Nullable Heartbeat heartbeat) {
		if (heartbeat == null) {
			return null;
		}
		WorkerLoad load = heartbeat.load();
		Duration oldest = load.oldestInFlight();
		return new LoadStatus(heartbeat.at(), load.heapUsed(), load.heapMax(), load.nonHeapUsed(), load.residentSize(),
				load.served(), load.inFlight(), (oldest != null) ? oldest.toMillis() : null, load.lag().toMillis(),
				load.collecting(), load.acceptors(), load.deadlockedThreads(), load.scores());
	}

}
