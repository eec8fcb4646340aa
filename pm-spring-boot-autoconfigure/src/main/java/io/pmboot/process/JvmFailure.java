package io.pmboot.process;

import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Why no JVM came up in a process, as the java launcher and HotSpot print it: in English
 * everywhere, because they have no other texts before a JVM runs.
 */
final class JvmFailure {

	private static final int CODE = 1;

	private static final int MAX_LINES = 5;

	// The JVM_ERROR, JRE_ERROR, DLL_ERROR and CFG_ERROR texts of the launcher's
	// emessages.h, and vm_exit_during_initialization of HotSpot's java.cpp.
	private static final List<String> FAILURES = List.of("Error: Could not create the Java Virtual Machine",
			"Error: could not find libjava.so", "Error: Could not find Java SE Runtime Environment",
			"Error: Unable to access jarfile", "Error: missing `", "Error: no known VMs", "Error: failed ",
			"Error: loading: ", "Error occurred during initialization of ");

	// What says nothing of the cause.
	private static final List<String> FRAME = List.of("Error: Could not create the Java Virtual Machine",
			"Error: A fatal exception has occurred", "Error occurred during initialization of VM", "Picked up ");

	private JvmFailure() {
	}

	/**
	 * Looks for it.
	 * @param code the exit code
	 * @param output the last lines of the output
	 * @return the lines that tell why, or {@code null} where a JVM came up
	 */
	static @Nullable String in(int code, List<String> output) {
		if (code != CODE || !startWith(output, FAILURES)) {
			return null;
		}
		List<String> telling = output.stream()
			.map(String::strip)
			.filter((line) -> !line.isEmpty() && !startWith(List.of(line), FRAME))
			.toList();
		return telling.isEmpty() ? String.join(", ", output)
				: telling.stream().limit(MAX_LINES).collect(Collectors.joining(", "));
	}

	private static boolean startWith(List<String> lines, List<String> beginnings) {
		return lines.stream().anyMatch((line) -> beginnings.stream().anyMatch(line::startsWith));
	}

}
