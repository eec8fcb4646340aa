package io.pmboot;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What a worker tells of itself in a heartbeat.
 *
 * @param heapUsed bytes of heap in use
 * @param heapMax bytes that the heap may grow to, or {@code null} where it has no limit
 * @param nonHeapUsed bytes in use by the JVM outside the heap: classes, compiled code
 * @param residentSize bytes of memory that the process has of the system, or {@code null}
 * where the system does not tell
 * @param served requests that have ended since the worker started
 * @param inFlight requests that are being served now
 * @param oldestInFlight the age of the oldest of these, or {@code null} where there is
 * none
 * @param lag how much too late the heartbeat's own timer fired: what this JVM, or its
 * machine, is behind
 * @param collecting percent of the time since the heartbeat before that collectors of
 * garbage held everything else up
 * @param acceptors how many threads accept connections, or would as soon as there is one
 * to serve them; {@code null} in a worker that has none or is not to accept. 0 where one
 * that accepts would find nobody to serve the connection
 * @param deadlockedThreads names of threads, virtual ones aside, that wait for each other
 * for ever; not all of many
 * @param scores the application's own, by name
 * @since 0.1
 * @see Worker#score(String, double)
 */
public record WorkerLoad(long heapUsed, @Nullable Long heapMax, long nonHeapUsed, @Nullable Long residentSize,
		long served, int inFlight, @Nullable Duration oldestInFlight, Duration lag, int collecting,
		@Nullable Integer acceptors, List<String> deadlockedThreads, Map<String, Double> scores) {

	/** How many deadlocked threads are named at most. */
	public static final int MAX_DEADLOCKED_THREADS = 16;

	/** How many scores a worker can have. */
	public static final int MAX_SCORES = 64;

	public WorkerLoad {
		deadlockedThreads = List.copyOf(deadlockedThreads);
		scores = Collections.unmodifiableMap(new TreeMap<>(scores));
	}

}
