package io.pmboot.master;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;
import io.pmboot.Finding;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * What the host lacks for as many processes as there are to be. What it does not tell is
 * not missed.
 */
final class HostCheck {

	/** As many connections as Tomcat takes, and what a JVM has open besides. */
	private static final long OPEN_FILES = 8192 + 1024;

	private static final long BACKLOG = 1024;

	/** What a JVM needs beside its heap. */
	private static final DataSize BESIDES = DataSize.ofMegabytes(150);

	private static final DataSize MASTER = DataSize.ofMegabytes(250);

	private static final Pattern HEAP = Pattern.compile("-(?:Xmx|XX:MaxHeapSize=)(\\d+)([kmgt]?)",
			Pattern.CASE_INSENSITIVE);

	private static final String PERCENTAGE = "-XX:MaxRAMPercentage=";

	/** A line of tmpfiles.d(5) that has something removed by its age. */
	private static final Pattern CLEANED = Pattern
		.compile("[a-zA-Z][+!=~^-]*\\s+(/\\S+)\\s+\\S+\\s+\\S+\\s+\\S+\\s+[^-\\s]\\S*.*");

	private static final List<String> TMPFILES = List.of("etc/tmpfiles.d", "run/tmpfiles.d", "usr/lib/tmpfiles.d");

	private final Path root;

	private final long memory;

	private final long defaultHeap;

	HostCheck() {
		// The heap of this JVM is as large as those of workers, which have its options.
		this(Path.of("/"), totalMemory(), Runtime.getRuntime().maxMemory());
	}

	HostCheck(Path root, long memory, long defaultHeap) {
		this.root = root;
		this.memory = memory;
		this.defaultHeap = defaultHeap;
	}

	// That of the container, where there is one.
	private static long totalMemory() {
		return (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)
				? system.getTotalMemorySize() : Long.MAX_VALUE;
	}

	/**
	 * Looks. Blocks.
	 * @param groups the groups
	 * @param runDirectory the master's run directory
	 * @return what was found
	 */
	List<Finding> look(List<GroupSettings> groups, Path runDirectory) {
		return Stream.of(openFiles(), backlog(), memory(groups), cleaned(runDirectory))
			.flatMap(Stream::ofNullable)
			.toList();
	}

	private @Nullable Finding openFiles() {
		// "Max open files 1024 524288 files"
		Long most = lines("proc/self/limits").stream()
			.filter((line) -> line.startsWith("Max open files"))
			.map((line) -> number(line.trim().split("\\s{2,}")[2]))
			.findFirst()
			.orElse(null);
		return (most == null || most >= OPEN_FILES) ? null : finding("open-files",
				"A process may open %d files here, and a worker needs one for each connection: Tomcat takes up to 8192. "
						+ "Raise the limit (LimitNOFILE=65536 for systemd, ulimit -n), or have servers take fewer "
						+ "(server.tomcat.max-connections).",
				most);
	}

	private @Nullable Finding backlog() {
		Long most = lines("proc/sys/net/core/somaxconn").stream().findFirst().map(HostCheck::number).orElse(null);
		return (most == null || most >= BACKLOG) ? null : finding("listen-backlog",
				"The system lets %d connections wait at a listener: in a burst, or while workers start, clients beyond that wait for their next try, a second or more. "
						+ "Raise net.core.somaxconn (sysctl), to 4096 for instance.",
				most);
	}

	private @Nullable Finding memory(List<GroupSettings> groups) {
		long needed = MASTER.toBytes();
		List<String> heaps = new ArrayList<>();
		for (GroupSettings group : groups) {
			int workers = group.children();
			int most = workers + ((workers > 0) ? group.reload().maxSurge().slots(workers) : 0);
			long heap = heap(group);
			needed += most * (heap + BESIDES.toBytes());
			heaps.add("%s %d × %d MB".formatted(group.name(), most, DataSize.ofBytes(heap).toMegabytes()));
		}
		return (needed <= this.memory) ? null : finding("memory",
				"The heaps may grow to more than the %d MB that there are: %s, those of a reload's successors counted, and some %d MB more for each JVM. "
						+ "Set their size: pm.groups.<name>.jvm-options=-Xmx…",
				DataSize.ofBytes(this.memory).toMegabytes(), String.join(", ", heaps), BESIDES.toMegabytes());
	}

	private long heap(GroupSettings group) {
		long heap = this.defaultHeap;
		for (String option : group.program().jvmOptions()) {
			if (option.startsWith(PERCENTAGE)) {
				heap = percentage(option, heap);
			}
			Matcher matcher = HEAP.matcher(option);
			if (matcher.matches()) {
				String unit = matcher.group(2).toLowerCase(Locale.ROOT);
				int thousands = unit.isEmpty() ? 0 : "kmgt".indexOf(unit) + 1;
				heap = Long.parseLong(matcher.group(1)) << (10 * thousands);
			}
		}
		return heap;
	}

	private long percentage(String option, long otherwise) {
		try {
			return (long) (this.memory * Double.parseDouble(option.substring(PERCENTAGE.length())) / 100);
		}
		catch (NumberFormatException ex) {
			// The worker's JVM will say so.
			return otherwise;
		}
	}

	private @Nullable Finding cleaned(Path runDirectory) {
		for (Path file : tmpfiles()) {
			for (String line : lines(file)) {
				Matcher matcher = CLEANED.matcher(line);
				if (matcher.matches() && runDirectory.startsWith(matcher.group(1))) {
					return finding("temporary-run-directory",
							"The run directory %s lies below %s, which systemd-tmpfiles cleans of old files (%s): the master makes its sockets again, but copies of the application may go. "
									+ "Set pm.master.run-directory to another, or have systemd make one (RuntimeDirectory=).",
							runDirectory, matcher.group(1), file);
				}
			}
		}
		return null;
	}

	// Of files of one name, the first takes the place of the others.
	private Collection<Path> tmpfiles() {
		Map<String, Path> byName = new TreeMap<>();
		for (String folder : TMPFILES) {
			try (DirectoryStream<Path> files = Files.newDirectoryStream(this.root.resolve(folder), "*.conf")) {
				files.forEach((file) -> byName.putIfAbsent(file.getFileName().toString(), file));
			}
			catch (IOException | DirectoryIteratorException ex) {
				// Not here, or not for us.
			}
		}
		return byName.values();
	}

	private static Finding finding(String id, String text, Object... arguments) {
		return new Finding(id, null, text.formatted(arguments));
	}

	private static long number(String text) {
		return text.matches("\\d{1,18}") ? Long.parseLong(text) : Long.MAX_VALUE;
	}

	private List<String> lines(String file) {
		return lines(this.root.resolve(file));
	}

	private static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return List.of();
		}
	}

}
