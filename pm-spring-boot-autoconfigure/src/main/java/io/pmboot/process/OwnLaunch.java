package io.pmboot.process;

import java.lang.management.ManagementFactory;
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
	public static OwnLaunch read(@Nullable String mainApplicationClass, List<String> arguments, List<String> profiles) {
		LaunchForm form = LaunchForm.of(System.getProperties(), mainApplicationClass);
		Map<String, String> environment = System.getenv();
		return new OwnLaunch(Path.of(System.getProperty("java.home"), "bin", "java"),
				jvmOptions(ManagementFactory.getRuntimeMXBean().getInputArguments(), environment), form.classPath(),
				form.program(), MainArguments.read(form.program(), arguments), profiles, environment);
	}

	static List<String> jvmOptions(List<String> inputArguments, Map<String, String> environment) {
		List<String> options = new ArrayList<>(inputArguments);
		for (String variable : OptionsVariable.NAMES) {
			List<String> inherited = OptionsVariable.parse(environment.getOrDefault(variable, ""));
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

}
