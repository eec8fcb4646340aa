package io.pmboot.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Which of the master's JVM options its workers inherit: none that takes a port or a file
 * that only one JVM can have, none that would make a worker a master, and none that only
 * shortens the start.
 */
final class JvmOptions {

	private static final List<String> DROPPED = List.of("-Xrs", "-Xdebug", "-XX:+ReduceSignalUsage",
			"-XX:TieredStopAtLevel=1", "-Xshare:dump", "-XX:+AutoCreateSharedArchive");

	private static final List<String> DROPPED_PREFIXES = List.of("-agentlib:jdwp", "-Xrunjdwp",
			"-Dcom.sun.management.jmxremote", "-Dcom.sun.management.config", "-XX:StartFlightRecording",
			"-XX:FlightRecorderOptions", "-XX:ArchiveClassesAtExit", "-XX:DumpLoadedClassList", "-XX:AOTCacheOutput",
			"-XX:AOTMode", "-XX:AOTConfiguration");

	private static final List<String> FILES = List.of("-Xloggc:", "-XX:ErrorFile=", "-XX:LogFile=",
			"-XX:ReplayDataFile=");

	private static final List<String> ON_OUT_OF_MEMORY = List.of("-XX:+ExitOnOutOfMemoryError",
			"-XX:-ExitOnOutOfMemoryError", "-XX:+CrashOnOutOfMemoryError", "-XX:OnOutOfMemoryError=");

	private static final String HEAP_DUMP_PATH = "-XX:HeapDumpPath=";

	private JvmOptions() {
	}

	static List<String> forWorker(List<String> options) {
		return options.stream().map(JvmOptions::forWorker).filter(Objects::nonNull).toList();
	}

	private static @Nullable String forWorker(String option) {
		if (DROPPED.contains(option) || DROPPED_PREFIXES.stream().anyMatch(option::startsWith) || sharesFile(option)
				|| (option.startsWith("-agentpath:") && option.contains("jdwp"))) {
			return null;
		}
		if (!option.startsWith("-D")) {
			return option;
		}
		int equals = option.indexOf('=');
		String name = option.substring(2, (equals < 0) ? option.length() : equals);
		if (Profiles.isProperty(name) || !WorkerArguments.isForWorkers(name)) {
			return null;
		}
		return (equals > 0 && Profiles.isJson(name))
				? "-D" + name + "=" + Profiles.withoutMasterInJson(option.substring(equals + 1)) : option;
	}

	/**
	 * Whether it is said already what a worker does that is out of memory.
	 * @param own how the master was started
	 * @param program what its group adds
	 * @return whether an option of the master, of the group or in the environment says so
	 */
	static boolean handleOutOfMemory(OwnLaunch own, WorkerLaunch.Program program) {
		Stream<String> variables = OptionsVariable.NAMES.stream()
			.map((name) -> program.environment().getOrDefault(name, own.environment().getOrDefault(name, "")))
			.flatMap((value) -> OptionsVariable.parse(value).stream());
		return Stream.of(own.jvmOptions().stream(), program.jvmOptions().stream(), variables)
			.flatMap(Function.identity())
			.anyMatch((option) -> ON_OUT_OF_MEMORY.stream().anyMatch(option::startsWith));
	}

	private static boolean sharesFile(String option) {
		if (option.startsWith(HEAP_DUMP_PATH)) {
			// Into a directory the JVM writes a file that is named by its pid.
			return !Files.isDirectory(Path.of(option.substring(HEAP_DUMP_PATH.length())));
		}
		return (logsToFile(option) || FILES.stream().anyMatch(option::startsWith)) && !option.contains("%p");
	}

	// -Xlog:what:output:decorators:options
	private static boolean logsToFile(String option) {
		String[] parts = option.split(":", 4);
		if (!parts[0].equals("-Xlog") || parts.length < 3) {
			return false;
		}
		return !List.of("", "stdout", "stderr", "#0", "#1").contains(parts[2]);
	}

}
