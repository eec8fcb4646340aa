package io.pmboot.worker;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.pmboot.WorkerLoad;
import org.jspecify.annotations.Nullable;

/**
 * How this JVM is: its memory, and its threads.
 */
final class OwnJvm {

	private static final Path STATUS = Path.of("/proc/self/status");

	private static final String RESIDENT = "VmRSS:";

	private static final int MAX_NAME = 100;

	private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	long heapUsed() {
		return this.memory.getHeapMemoryUsage().getUsed();
	}

	@Nullable Long heapMax() {
		long max = this.memory.getHeapMemoryUsage().getMax();
		return (max >= 0) ? max : null;
	}

	long nonHeapUsed() {
		return this.memory.getNonHeapMemoryUsage().getUsed();
	}

	/**
	 * The memory that this process has of the system.
	 * @return bytes, or {@code null} where the system does not tell
	 */
	@Nullable Long residentSize() {
		try {
			return residentSize(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
		}
		catch (IOException | NumberFormatException ex) {
			return null;
		}
	}

	// proc(5): "VmRSS: 123456 kB".
	static @Nullable Long residentSize(String status) {
		return status.lines()
			.filter((line) -> line.startsWith(RESIDENT))
			.map((line) -> Long.parseLong(line.substring(RESIDENT.length(), line.lastIndexOf("kB")).trim()) * 1024)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Which threads wait for each other for ever. To look stops the JVM: 0.1 ms with 300
	 * threads, 1 ms with 2,000.
	 * @return their names
	 */
	List<String> deadlockedThreads() {
		long[] ids = this.threads.findDeadlockedThreads();
		if (ids == null) {
			return List.of();
		}
		// A thread that waits for a lock for a while only is found as well. It lets go of
		// its own in the end, and whoever waits for that goes on.
		Map<Long, ThreadInfo> stuck = new TreeMap<>();
		for (ThreadInfo info : this.threads.getThreadInfo(ids)) {
			if (info != null && info.getThreadState() != Thread.State.TIMED_WAITING) {
				stuck.put(info.getThreadId(), info);
			}
		}
		while (stuck.values().removeIf((info) -> !stuck.containsKey(info.getLockOwnerId()))) {
			// Each that goes may free others.
		}
		return stuck.values()
			.stream()
			.map(ThreadInfo::getThreadName)
			.map((name) -> name.substring(0, Math.min(name.length(), MAX_NAME)))
			.limit(WorkerLoad.MAX_DEADLOCKED_THREADS)
			.toList();
	}

}
