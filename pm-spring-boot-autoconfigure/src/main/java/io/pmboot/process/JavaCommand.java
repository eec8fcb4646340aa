package io.pmboot.process;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.pmboot.control.WorkerVariables;
import org.jspecify.annotations.Nullable;

/**
 * The command line of a worker, and its environment.
 *
 * @param java the java executable
 * @param options options of the JVM that every worker has, and the class path
 * @param groupOptions options of the JVM that the group adds; being later they win
 * @param program {@code -jar} and the jar, or the main class, which an option of the JVM
 * may precede
 * @param arguments the application's arguments
 */
record JavaCommand(Path java, List<String> options, List<String> groupOptions, List<String> program,
		List<String> arguments) {

	// The kernel takes 128 KiB as one argument, and at least as much as all together.
	private static final int MAX_LENGTH = 100_000;

	// For a port or a file that no two workers can have.
	private static final String INDEX = "%{index}";

	// What systemd tells the one process that it started, and a class path that is not
	// that of the worker.
	private static final Set<String> NOT_INHERITED = Set.of("NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC",
			"LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES", "FDSTORE", "CLASSPATH");

	static JavaCommand of(OwnLaunch own, WorkerLaunch launch, LaunchForm form, Path runDirectory, Path controlSocket) {
		WorkerLaunch.Program group = launch.program();
		List<String> options = new ArrayList<>(JvmOptions.forWorker(own.jvmOptions()));
		if (group.application() != null) {
			// They are about the content of the master's own jar.
			options.removeIf((option) -> option.startsWith("-Dloader."));
		}
		if (!JvmOptions.handleOutOfMemory(own, group)) {
			// A JVM goes on without the threads that it cost, whatever they were for.
			options.add("-XX:+ExitOnOutOfMemoryError");
		}
		options.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
		options.add("--enable-native-access=ALL-UNNAMED");
		// However the master became one, though a file of the application may say
		// otherwise.
		options.add("-Dpm.enabled=true");
		options.add("-D" + WorkerVariables.CONTROL_SOCKET + "=" + controlSocket);
		options.add("-D" + WorkerVariables.RUN_DIRECTORY + "=" + runDirectory);
		List<String> profiles = Profiles.forWorker(own.profiles(), launch);
		if (!WorkerArguments.reachSpring(own.arguments(), group.arguments())) {
			options.add("-D" + Profiles.ACTIVE + "=" + String.join(",", profiles));
		}
		options.addAll(form.classPath());
		String index = Integer.toString(launch.index());
		List<String> groupOptions = group.jvmOptions().stream().map((option) -> option.replace(INDEX, index)).toList();
		return new JavaCommand(own.java(), options, groupOptions, form.program(),
				WorkerArguments.of(own.arguments(), group.arguments(), profiles));
	}

	/**
	 * The command line: the executable and its arguments.
	 * @param file an argument file that holds the options, or {@code null} where they are
	 * in the command line itself
	 */
	List<String> line(@Nullable Path file) {
		List<String> line = new ArrayList<>();
		line.add(this.java.toString());
		line.addAll((file != null) ? List.of("@" + file) : this.options);
		line.addAll(this.groupOptions);
		line.addAll(this.program);
		line.addAll(this.arguments);
		return line;
	}

	/**
	 * Whether the command line may be longer than the kernel takes, so that the options
	 * have to go into an argument file.
	 * @return whether it is long
	 */
	boolean isLong() {
		return line(null).stream().mapToInt((argument) -> argument.getBytes().length + 1).sum() > MAX_LENGTH;
	}

	/**
	 * Writes a file from which the java launcher takes arguments that are too long for a
	 * command line.
	 * @param file the file
	 * @param arguments the arguments
	 * @throws IOException where it cannot be written
	 */
	static void writeArguments(Path file, List<String> arguments) throws IOException {
		// The launcher passes the bytes on, and the JVM reads them as it reads its
		// command line.
		Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));
		byte[] content = arguments.stream()
			.map(JavaCommand::quote)
			.collect(Collectors.joining("\n", "", "\n"))
			.getBytes(charset);
		try {
			// One may be left over from a master that was killed.
			Files.deleteIfExists(file);
			Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
			Files.write(file, content);
		}
		catch (IOException ex) {
			throw new IOException("its command line is too long, and the argument file '%s' cannot be written (%s)"
				.formatted(file, ex), ex);
		}
	}

	private static String quote(String argument) {
		String escaped = argument.replace("\\", "\\\\")
			.replace("\"", "\\\"")
			.replace("\n", "\\n")
			.replace("\r", "\\r")
			.replace("\t", "\\t")
			.replace("\f", "\\f");
		return '"' + escaped + '"';
	}

	/**
	 * Makes the environment of a worker of its master's. What needs no change is not
	 * touched, so that variables that are no text in the master's charset reach the
	 * worker unharmed.
	 * @param environment the master's, which is changed
	 * @param launch the worker
	 */
	static void changeEnvironment(Map<String, String> environment, WorkerLaunch launch) {
		new HashMap<>(environment).forEach((name, value) -> {
			String changed = JvmOptions.VARIABLES.contains(name) ? JvmOptions.variableForWorker(value)
					: Profiles.withoutMaster(name, value);
			if (NOT_INHERITED.contains(name) || (changed.isEmpty() && !value.isEmpty())) {
				environment.remove(name);
			}
			else if (!changed.equals(value)) {
				environment.put(name, changed);
			}
		});
		environment.putAll(launch.program().environment());
		environment.put(WorkerVariables.GROUP, launch.group());
		environment.put(WorkerVariables.INDEX, Integer.toString(launch.index()));
		environment.put(WorkerVariables.GENERATION, Integer.toString(launch.generation()));
	}

}
