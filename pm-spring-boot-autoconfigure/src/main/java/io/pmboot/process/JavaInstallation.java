package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The Java that this JVM runs on, as it was found at first, and why none comes up with
 * it: a package update replaces or removes it while the JVM runs. What the java launcher
 * and HotSpot print is in English everywhere, because they have no other texts before a
 * JVM runs.
 */
final class JavaInstallation {

	static final String FORK_MECHANISM = "jdk.lang.Process.launchMechanism";

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

	private final Path java;

	private final @Nullable Object key;

	/**
	 * Looks at it.
	 * @param java the java executable
	 */
	JavaInstallation(Path java) {
		this.java = java;
		this.key = key(java);
	}

	/**
	 * Explains why nothing could be forked with it.
	 * @param failure what the JDK says, or what Java printed instead of starting
	 * @return that; and where the installation is not what it was, so and what to do
	 */
	String explain(@Nullable String failure) {
		String change = change();
		if (change == null && failure != null && failure.contains("spawn helper")) {
			change = "the JDK's helper lib/jspawnhelper, which %s=%s needs, could not be run: does it belong to another build since an update? Start the master again, without that property"
				.formatted(FORK_MECHANISM, System.getProperty(FORK_MECHANISM));
		}
		else if (change == null && failure != null && failure.contains("Cannot allocate memory")) {
			change = "the system refuses a copy of the master's memory (vm.overcommit_memory=2, or a limit): give the master a smaller heap, or set -D%s=POSIX_SPAWN, which does not survive an update of the JDK"
				.formatted(FORK_MECHANISM);
		}
		return failure + ((change != null) ? "; " + change : "");
	}

	private @Nullable String change() {
		if (!Files.isExecutable(this.java)) {
			return "there is no executable %s any more: Java was removed, or moved, while the master ran. Install it there, or start the master again with the Java that is there now"
				.formatted(this.java);
		}
		return (this.key != null && !this.key.equals(key(this.java)))
				? "Java was replaced in %s while the master ran: once its installation is complete, workers run on the new one; if they do not, start the master again"
					.formatted(this.java.resolveSibling("..").normalize())
				: null;
	}

	private static @Nullable Object key(Path java) {
		try {
			return Files.readAttributes(java, BasicFileAttributes.class).fileKey();
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * Looks for why no JVM came up in a process that was forked with it.
	 * @param code the exit code
	 * @param output the last lines of the output
	 * @return the lines that tell why, explained, or {@code null} where a JVM came up
	 */
	@Nullable String failure(int code, List<String> output) {
		String agentFailure = AGENT_FAILURES.get(code);
		if (agentFailure != null && startWith(output, List.of(agentFailure))) {
			return explain(ofAgent(output));
		}
		if (code != 1 || !startWith(output, FAILURES)) {
			return null;
		}
		List<String> telling = output.stream()
			.map(String::strip)
			.filter((line) -> !line.isEmpty() && !startWith(List.of(line), FRAME))
			.limit(MAX_LINES)
			.toList();
		return explain(String.join(", ", telling.isEmpty() ? output : telling));
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
