package io.pmboot.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How this JVM was started, as far as another can be started the same way.
 *
 * @param java the java executable
 * @param jvmOptions options of the JVM, without those that the environment holds and a
 * child inherits from there
 * @param classPath {@code -cp} and the class path, or nothing where a jar is started
 * @param program {@code -jar} and the jar, or the main class
 * @param arguments the application's arguments
 * @param profiles the active profiles
 * @param environment the environment
 */
public record OwnLaunch(Path java, List<String> jvmOptions, List<String> classPath, List<String> program,
		List<String> arguments, List<String> profiles, Map<String, String> environment) {

	private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

	public OwnLaunch {
		jvmOptions = List.copyOf(jvmOptions);
		classPath = List.copyOf(classPath);
		program = List.copyOf(program);
		arguments = List.copyOf(arguments);
		profiles = List.copyOf(profiles);
		environment = Map.copyOf(environment);
	}

	/**
	 * Reads how this JVM was started. To be called once, early: the jar may be replaced
	 * later on.
	 * @param mainApplicationClass the class that Spring holds for the application's main
	 * class, where it knows one
	 * @param arguments the arguments that the application was run with, which are those
	 * of this JVM unless its main method has changed them
	 * @param profiles the active profiles, as resolved
	 * @return the launch
	 * @throws IllegalStateException where the same application cannot be started again,
	 * saying why and what to do
	 */
	public static OwnLaunch read(@Nullable Class<?> mainApplicationClass, List<String> arguments,
			List<String> profiles) {
		LaunchForm form = LaunchForm.of(System.getProperties(),
				(mainApplicationClass != null) ? mainApplicationClass.getName() : null);
		Map<String, String> environment = System.getenv();
		return new OwnLaunch(Path.of(System.getProperty("java.home"), "bin", "java"),
				jvmOptions(ManagementFactory.getRuntimeMXBean().getInputArguments(), environment), form.classPath(),
				form.program(), mainArguments(form.program(), arguments), profiles, environment);
	}

	/**
	 * The jar that was started.
	 * @return its path as it was given, or {@code null} where a main class was started
	 */
	@Nullable Path jar() {
		return this.program.get(0).equals("-jar") ? Path.of(this.program.get(1)) : null;
	}

	static List<String> jvmOptions(List<String> inputArguments, Map<String, String> environment) {
		List<String> options = new ArrayList<>(inputArguments);
		for (String variable : JvmOptions.VARIABLES) {
			List<String> inherited = JvmOptions.parse(environment.getOrDefault(variable, ""));
			for (int i = 0; i < inherited.size(); i++) {
				// The JVM is given "--add-opens=x" where the variable says "--add-opens
				// x".
				if (!options.remove(inherited.get(i)) && i + 1 < inherited.size()
						&& options.remove(inherited.get(i) + "=" + inherited.get(i + 1))) {
					i++;
				}
			}
		}
		return options;
	}

	/**
	 * The arguments that this JVM's main method was called with, whatever it makes of
	 * them before it runs the application.
	 * @param program {@code -jar} and the jar, or the main class, that starts the
	 * application
	 * @param received what the application was run with
	 * @return the arguments; what the application was run with where they cannot be told,
	 * such as where an argument file names the main class
	 */
	private static List<String> mainArguments(List<String> program, List<String> received) {
		try {
			Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
			String line = new String(Files.readAllBytes(COMMAND_LINE), charset);
			return mainArguments(List.of(line.split("\0", -1)), program, System.getProperty("sun.java.command", ""),
					received);
		}
		catch (IOException | IllegalArgumentException ex) {
			return received;
		}
	}

	/**
	 * Finds them in a command line, in which options of the JVM come first.
	 * @param line the command line, with an empty string after its last argument
	 * @param program as above
	 * @param command the program and its arguments, joined by blanks, as the JVM has it
	 * @param received what they are where they cannot be found
	 * @return the arguments
	 */
	static List<String> mainArguments(List<String> line, List<String> program, String command, List<String> received) {
		List<String> words = line.subList(0, line.size() - 1);
		String name = program.get(program.size() - 1);
		// No two ends of the line have the same length
		for (int i = 1; i < words.size(); i++) {
			List<String> end = words.subList(i, words.size());
			if (end.get(0).equals(name) && String.join(" ", end).equals(command)) {
				return List.copyOf(end.subList(1, end.size()));
			}
		}
		return received;
	}

}
