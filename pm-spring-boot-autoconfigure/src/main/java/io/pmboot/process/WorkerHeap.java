package io.pmboot.process;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;

import com.sun.management.OperatingSystemMXBean;

import org.springframework.util.unit.DataSize;

/**
 * How large the heaps of workers may grow where nobody says it. By itself a JVM takes a
 * quarter of the memory of its machine or container, however many others do the same.
 */
public final class WorkerHeap {

	/** What a JVM needs beside its heap. */
	public static final DataSize BESIDES = DataSize.ofMegabytes(150);

	/** What a master needs. */
	public static final DataSize MASTER = DataSize.ofMegabytes(250);

	/** With less no application starts: then memory is short, and the doctor says so. */
	private static final DataSize LEAST = DataSize.ofMegabytes(64);

	private WorkerHeap() {
	}

	/**
	 * The memory of the machine or, in a container, of that.
	 * @return its size in bytes, or {@link Long#MAX_VALUE} where it is not known
	 */
	public static long totalMemory() {
		return (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)
				? system.getTotalMemorySize() : Long.MAX_VALUE;
	}

	/**
	 * What each worker's heap may grow to, so that all fit beside the master.
	 * @param memory how much there is for all, in bytes
	 * @param workers how many live at once, successors in a reload included
	 * @return the size in bytes, in whole megabytes; never more than a JVM takes by
	 * itself
	 */
	public static long share(long memory, int workers) {
		long all = memory - MASTER.toBytes() - workers * BESIDES.toBytes();
		long each = Math.max(LEAST.toBytes(), Math.min(memory / 4, all / Math.max(1, workers)));
		return DataSize.ofMegabytes(DataSize.ofBytes(each).toMegabytes()).toBytes();
	}

	/**
	 * The heap of workers that have no options of their own: as large as this JVM's where
	 * its options say so, which are theirs too, otherwise their share.
	 * @param own how this JVM was started
	 * @param workers how many live at once, successors in a reload included
	 * @return the size in bytes
	 */
	public static long of(OwnLaunch own, int workers) {
		WorkerLaunch.Program plain = new WorkerLaunch.Program(List.of(), List.of(), List.of(), Map.of());
		long memory = totalMemory();
		return (JvmOptions.sizeHeap(own, plain) || memory == Long.MAX_VALUE) ? Runtime.getRuntime().maxMemory()
				: share(memory, workers);
	}

}
