package io.pmboot.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.pmboot.control.WorkerVariables;

/**
 * The command line of a worker, and how its environment differs from the master's.
 *
 * @param java the java executable
 * @param inheritedOptions options of the JVM that every worker has
 * @param classPath {@code -cp} and the class path, or nothing
 * @param groupOptions options of the JVM that the group adds; being later they win
 * @param program {@code -jar} and the jar, or the main class, which an option of the JVM
 * may precede
 * @param arguments the application's arguments
 * @param environment the changes of the environment
 */
record JavaCommand(Path java, List<String> inheritedOptions, List<String> classPath, List<String> groupOptions,
		List<String> program, List<String> arguments, WorkerEnvironment environment) {

	// The kernel takes 128 KiB as one argument, and at least as much as all together.
	private static final int MAX_LENGTH = 100_000;

	// For a port or a file that no two workers can have.
	private static final String INDEX = "%{index}";

	static JavaCommand of(OwnLaunch own, WorkerLaunch launch, LaunchForm form, Path runDirectory, Path controlSocket) {
		List<String> options = new ArrayList<>(JvmOptions.forWorker(own.jvmOptions()));
		if (launch.program().application() != null) {
			// They are about the content of the master's own jar.
			options.removeIf((option) -> option.startsWith("-Dloader."));
		}
		if (!JvmOptions.handleOutOfMemory(own, launch.program())) {
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
		List<String> arguments = WorkerArguments.of(own.arguments(), launch.program().arguments(), profiles);
		if (!WorkerArguments.reachSpring(own.arguments(), launch.program().arguments())) {
			options.add("-D" + Profiles.ACTIVE + "=" + String.join(",", profiles));
		}
		return new JavaCommand(own.java(), List.copyOf(options), form.classPath(), groupOptions(launch), form.program(),
				List.copyOf(arguments), WorkerEnvironment.of(own.environment(), launch));
	}

	private static List<String> groupOptions(WorkerLaunch launch) {
		String index = Integer.toString(launch.index());
		return launch.program().jvmOptions().stream().map((option) -> option.replace(INDEX, index)).toList();
	}

	/**
	 * The whole command line.
	 * @return the executable and its arguments
	 */
	List<String> line() {
		return line(this.inheritedOptions, this.classPath);
	}

	/**
	 * The command line where an argument file holds the {@link #filed} ones.
	 * @param file the file
	 * @return the executable and its arguments
	 */
	List<String> line(Path file) {
		return line(List.of("@" + file), List.of());
	}

	private List<String> line(List<String> options, List<String> classPath) {
		List<String> line = new ArrayList<>();
		line.add(this.java.toString());
		line.addAll(options);
		line.addAll(classPath);
		line.addAll(this.groupOptions);
		line.addAll(this.program);
		line.addAll(this.arguments);
		return line;
	}

	/**
	 * Whether the command line may be longer than the kernel takes, so that a part of it
	 * has to go into an argument file.
	 * @return whether it is long
	 */
	boolean isLong() {
		return line().stream().mapToInt((argument) -> argument.getBytes().length + 1).sum() > MAX_LENGTH;
	}

	/**
	 * What an argument file can hold: options of the JVM and the class path.
	 * @return the arguments
	 */
	List<String> filed() {
		List<String> filed = new ArrayList<>(this.inheritedOptions);
		filed.addAll(this.classPath);
		return filed;
	}

}
