package io.pmboot.worker;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The memory of this JVM.
 */
final class OwnMemory {

	private static final Path STATUS = Path.of("/proc/self/status");

	private static final String RESIDENT = "VmRSS:";

	private static final Log logger = LogFactory.getLog(OwnMemory.class);

	private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

	private boolean told = Files.isReadable(STATUS);

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
		if (!this.told) {
			return null;
		}
		try {
			return residentSize(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
		}
		catch (IOException | NumberFormatException ex) {
			logger.debug(STATUS + " cannot be read, and is read no more", ex);
			this.told = false;
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

}
