package io.pmboot.process;

import java.util.List;
import java.util.Map;

/**
 * What to fork.
 *
 * @param group the worker's group
 * @param index its slot
 * @param generation its generation
 * @param program what is particular to the group
 */
public record WorkerLaunch(String group, int index, int generation, Program program) {

	/**
	 * What the workers of a group have beyond what the master has.
	 *
	 * @param profiles profiles after {@code worker} and the group's name
	 * @param jvmOptions options of the JVM
	 * @param arguments arguments of the application
	 * @param environment variables
	 */
	public record Program(List<String> profiles, List<String> jvmOptions, List<String> arguments,
			Map<String, String> environment) {

		public Program {
			profiles = List.copyOf(profiles);
			jvmOptions = List.copyOf(jvmOptions);
			arguments = List.copyOf(arguments);
			environment = Map.copyOf(environment);
		}

	}

}
