package io.pmboot.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Which of the master's JVM options its workers inherit: none that takes a port or a file
 * that only one JVM can have, none that would make a worker a master, and none that only
 * shortens the start.
 */
final class JvmOptions {

	/**
	 * The environment variables from which a JVM takes options, in the order in which it
	 * applies them.
	 */
	static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

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

	private static final Pattern OPTION = Pattern.compile("(?:[^\\s\"']+|\"[^\"]*\"?|'[^']*'?)+");

	private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"?|'([^']*)'?");

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
		return option.substring(0, equals + 1) + Profiles.withoutMaster(name, option.substring(equals + 1));
	}

	/**
	 * What a worker has of the options in one of the {@link #VARIABLES}.
	 * @param value the value that it has in the master
	 * @return the value, the same text where no option is dropped
	 */
	static String variableForWorker(String value) {
		List<String> options = parse(value);
		// What an argument file contains came to the master's options and goes on the
		// worker's command line.
		List<String> kept = forWorker(options.stream().filter((option) -> !option.startsWith("@")).toList());
		return kept.equals(options) ? value : format(kept);
	}

	/**
	 * Whether it is said already what a worker does that is out of memory.
	 * @param own how the master was started
	 * @param program what its group adds
	 * @return whether an option of the master, of the group or in the environment says so
	 */
	static boolean handleOutOfMemory(OwnLaunch own, WorkerLaunch.Program program) {
		Stream<String> variables = VARIABLES.stream()
			.map((name) -> program.environment().getOrDefault(name, own.environment().getOrDefault(name, "")))
			.flatMap((value) -> parse(value).stream());
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
		return parts[0].equals("-Xlog") && parts.length > 2
				&& !List.of("", "stdout", "stderr", "#0", "#1").contains(parts[2]);
	}

	/**
	 * Reads a variable: options are separated by white space, which single or double
	 * quotes protect; nothing escapes.
	 * @param text its value
	 * @return the options
	 */
	static List<String> parse(String text) {
		return OPTION.matcher(text)
			.results()
			.map((option) -> QUOTED.matcher(option.group()).replaceAll("$1$2"))
			.filter((option) -> !option.isEmpty())
			.toList();
	}

	static String format(List<String> options) {
		return options.stream().map(JvmOptions::quote).collect(Collectors.joining(" "));
	}

	private static String quote(String option) {
		return option.matches("[^\\s\"']*") ? option : '"' + option.replace("\"", "\"'\"'\"") + '"';
	}

}
