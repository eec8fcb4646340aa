package io.pmboot.worker;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.pmboot.WorkerLoad;

/**
 * Which threads of this JVM wait for each other for ever. To look stops the JVM: 0.1 ms
 * with 300 threads, 1 ms with 2,000.
 */
final class Deadlocks {

	private static final int MAX_NAME = 100;

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	List<String> find() {
		long[] ids = this.threads.findDeadlockedThreads();
		if (ids == null) {
			return List.of();
		}
		ThreadInfo[] infos = Arrays.stream(this.threads.getThreadInfo(ids))
			.filter(Objects::nonNull)
			.toArray(ThreadInfo[]::new);
		return names(infos);
	}

	// A thread that waits for a lock for a while only is found as well. It lets go of its
	// own in the end, and whoever waits for that goes on.
	private static List<String> names(ThreadInfo[] infos) {
		Map<Long, ThreadInfo> stuck = new HashMap<>();
		for (ThreadInfo info : infos) {
			if (info.getThreadState() != Thread.State.TIMED_WAITING) {
				stuck.put(info.getThreadId(), info);
			}
		}
		while (stuck.values().removeIf((info) -> !stuck.containsKey(info.getLockOwnerId()))) {
			// Each that goes may free others.
		}
		return stuck.values()
			.stream()
			.sorted((one, other) -> Long.compare(one.getThreadId(), other.getThreadId()))
			.map((info) -> name(info.getThreadName()))
			.limit(WorkerLoad.MAX_DEADLOCKED_THREADS)
			.toList();
	}

	private static String name(String name) {
		return (name.length() > MAX_NAME) ? name.substring(0, MAX_NAME) : name;
	}

}
