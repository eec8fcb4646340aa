package io.pmboot.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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

	// What an agent prints last that fails before main is called: of java.instrument, of
	// the JMX server of the JDK (ConnectorBootstrap), and of the debugger.
	private static final Map<Integer, String> AGENT_FAILURES = Map.of(134,
			"FATAL ERROR in native method: processing of -javaagent failed", 1, "Error: Exception thrown by the agent",
			2, "JDWP exit error");

	private static final List<String> OF_AGENT = List.of("Error: Exception thrown by the agent",
			"ERROR: transport error ", "Caused by: ", "Exception in thread ");

	private static final String PORT_OF_AGENT = ". Each JVM opens that port, the master's too where it has the agent: give the agent to the group's jvm-options alone, "
			+ "with a port that each worker has to itself (0 for any free one, or %{index} in it, and reload.order: stop-first)";

	private JvmFailure() {
	}

	/**
	 * Looks for it.
	 * @param code the exit code
	 * @param output the last lines of the output
	 * @return the lines that tell why, or {@code null} where a JVM came up
	 */
	static @Nullable String in(int code, List<String> output) {
		String agentFailure = AGENT_FAILURES.get(code);
		if (agentFailure != null && startWith(output, List.of(agentFailure))) {
			return ofAgent(output);
		}
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

	private static String ofAgent(List<String> output) {
		String why = OF_AGENT.stream()
			// The last of several causes is the true one.
			.map((beginning) -> output.stream().filter((line) -> line.startsWith(beginning)).reduce((a, b) -> b))
			.flatMap(Optional::stream)
			.findFirst()
			.orElse("it does not say why");
		boolean portTaken = output.stream().anyMatch((line) -> line.contains("already in use"));
		return "an agent failed: " + why.replaceFirst("; nested exception is: *$", "")
				+ (portTaken ? PORT_OF_AGENT : "");
	}

	private static boolean startWith(List<String> lines, List<String> beginnings) {
		return lines.stream().anyMatch((line) -> beginnings.stream().anyMatch(line::startsWith));
	}

}
