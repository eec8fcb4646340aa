package io.pmboot.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.StringUtils;

/**
 * Warns at the start of a worker of log files that another process of its master has open
 * as well: each would roll them over for itself. What the system knows is asked, so that
 * it does not matter which logging system writes them.
 */
class SharedLogFileWarning implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(SharedLogFileWarning.class);

	private static final Path PROC = Path.of("/proc");

	/** Of proc(5), where flags are octal: what only appends. */
	private static final int APPEND = 02000;

	private static final int ACCESS = 03;

	/** So many others are looked at: more would tell nothing new. */
	private static final int OTHERS = 16;

	private final Findings findings;

	SharedLogFileWarning(Findings findings) {
		this.findings = findings;
	}

	@Override
	public void afterSingletonsInstantiated() {
		ProcessHandle self = ProcessHandle.current();
		if (Files.isDirectory(PROC)) {
			warn(self.parent()
				.stream()
				.flatMap((master) -> Stream.concat(Stream.of(master), master.children()))
				.filter((other) -> !other.equals(self))
				.limit(OTHERS)
				.map(ProcessHandle::pid)
				.toList());
		}
	}

	void warn(List<Long> others) {
		Set<String> own = appended(ProcessHandle.current().pid());
		Map<String, Long> shared = new TreeMap<>();
		for (long other : own.isEmpty() ? List.<Long>of() : others) {
			appended(other).stream().filter(own::contains).forEach((file) -> shared.putIfAbsent(file, other));
		}
		shared.forEach((file, other) -> this.findings.found("shared-log-file",
				("This worker and process %d of the same master both write the log file %s: each rolls it over for itself, and lines are lost. "
						+ "Set logging.file.name, which is a file of its own in each process, and let the logging configuration use it (${LOG_FILE} in logback-spring.xml, "
						+ "${sys:LOG_FILE} in log4j2-spring.xml), or log to standard output alone.")
					.formatted(other, file)));
	}

	private static Set<String> appended(long pid) {
		Path process = PROC.resolve(Long.toString(pid));
		try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
			return descriptors.map((descriptor) -> appended(process, descriptor))
				.filter(StringUtils::hasLength)
				.collect(Collectors.toSet());
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("It is not known which files process " + pid + " has open", ex);
			return Set.of();
		}
	}

	private static String appended(Path process, Path descriptor) {
		try {
			String file = Files.readSymbolicLink(descriptor).toString();
			return (file.startsWith("/") && !file.startsWith("/dev/") && appends(process, descriptor)) ? file : "";
		}
		catch (IOException ex) {
			// Closed meanwhile.
			return "";
		}
	}

	// "flags: 0102001"
	private static boolean appends(Path process, Path descriptor) throws IOException {
		Path info = process.resolve("fdinfo").resolve(descriptor.getFileName());
		try (Stream<String> lines = Files.lines(info, StandardCharsets.ISO_8859_1)) {
			int flags = lines.filter((line) -> line.startsWith("flags:"))
				.mapToInt((line) -> Integer.parseInt(line.substring("flags:".length()).strip(), 8))
				.findFirst()
				.orElse(0);
			return (flags & APPEND) != 0 && (flags & ACCESS) != 0;
		}
	}

}
