package io.pmboot.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * What to fork.
 *
 * @param group the worker's group
 * @param index its slot
 * @param generation its generation
 * @param program what is particular to the group
 */
public record WorkerLaunch(String group, int index, int generation, Program program) {

	/** Names the worker, as all do who speak of it. */
	String worker() {
		return this.group + "-" + this.index;
	}

	/**
	 * What the workers of a group have beyond what the master has.
	 *
	 * @param profiles profiles after {@code worker} and the group's name
	 * @param jvmOptions options of the JVM
	 * @param arguments arguments of the application
	 * @param environment variables
	 * @param mainClass another main class of the master's application, or {@code null}
	 * for the master's
	 * @param application another executable jar, or {@code null} for the master's
	 * application; not together with a main class
	 */
	public record Program(List<String> profiles, List<String> jvmOptions, List<String> arguments,
			Map<String, String> environment, @Nullable String mainClass, @Nullable Path application) {

		public Program {
			profiles = List.copyOf(profiles);
			jvmOptions = List.copyOf(jvmOptions);
			arguments = List.copyOf(arguments);
			environment = Map.copyOf(environment);
		}

		public Program(List<String> profiles, List<String> jvmOptions, List<String> arguments,
				Map<String, String> environment) {
			this(profiles, jvmOptions, arguments, environment, null, null);
		}

		/**
		 * What keeps the master's application from being run by another main class. Looks
		 * at files, and loads nothing.
		 * @param mainClass the class
		 * @return the problem, a clause, or {@code null} where none is to be seen
		 */
		public static @Nullable String mainClassProblem(String mainClass) {
			String resource = resource(mainClass);
			if (ClassLoader.getSystemResource(resource) != null) {
				return null;
			}
			ClassLoader application = ClassUtils.getDefaultClassLoader();
			if (application == null || application.getResource(resource) == null) {
				return "there is no such class on the class path of this application";
			}
			// Only Boot's loader can see it, so it has to be able to start it.
			return (ClassLoader.getSystemResource(resource(LaunchForm.PROPERTIES_LAUNCHER)) != null) ? null
					: "the class is inside an archive whose loader cannot start it: package the application with Boot's own loader ("
							+ LaunchForm.PROPERTIES_LAUNCHER + ")";
		}

		private static String resource(String className) {
			return ClassUtils.convertClassNameToResourcePath(className) + ClassUtils.CLASS_FILE_SUFFIX;
		}

		/**
		 * What keeps a file from being a worker's program, as far as that is to be seen
		 * without starting it.
		 * @param application the file
		 * @return the problem, a clause, or {@code null} where none is to be seen
		 */
		public static @Nullable String applicationProblem(Path application) {
			return ApplicationJar.problem(application);
		}

	}

}
