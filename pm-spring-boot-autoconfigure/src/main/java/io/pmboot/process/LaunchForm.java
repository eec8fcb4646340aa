package io.pmboot.process;

import java.io.IOException;
import java.util.List;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

import org.jspecify.annotations.Nullable;

/**
 * What a JVM was told to run: an executable jar, or a main class on a class path.
 *
 * @param classPath {@code -cp} and the class path, or nothing
 * @param program {@code -jar} and the jar, or the main class
 */
record LaunchForm(List<String> classPath, List<String> program) {

	static LaunchForm of(Properties system, @Nullable String mainApplicationClass) {
		String classPath = system.getProperty("java.class.path", "");
		// The jar or main class, and the arguments, joined by blanks.
		String command = system.getProperty("sun.java.command", "");
		if (system.getProperty("jdk.module.main") != null) {
			throw new IllegalStateException(
					"Workers cannot be forked: this JVM was started with a module (%s), and the worker would need the class path. Start the application with -jar or -cp"
						.formatted(command));
		}
		if (!classPath.isEmpty() && (command.equals(classPath) || command.startsWith(classPath + " "))) {
			if (isApplication(classPath, mainApplicationClass)) {
				return new LaunchForm(List.of(), List.of("-jar", classPath));
			}
			return onClassPath(classPath, command, mainApplicationClass);
		}
		String first = command.split(" ", 2)[0];
		boolean isClass = !first.isEmpty() && first.indexOf('/') < 0 && !first.endsWith(".jar");
		return onClassPath(classPath, command, isClass ? first : mainApplicationClass);
	}

	/**
	 * What a worker runs: what the master runs, another main class of it, or another
	 * executable jar.
	 * @param own how the master was started
	 * @param program what is particular to the worker's group
	 * @return the form
	 * @throws IOException where the master's jar cannot be read
	 */
	static LaunchForm ofWorker(OwnLaunch own, WorkerLaunch.Program program) throws IOException {
		if (program.application() != null) {
			return new LaunchForm(List.of(), List.of("-jar", program.application().toString()));
		}
		String mainClass = program.mainClass();
		if (mainClass == null) {
			return new LaunchForm(own.classPath(), own.program());
		}
		boolean jar = own.program().get(0).equals("-jar");
		List<String> classPath = jar ? List.of("-cp", own.program().get(1)) : own.classPath();
		String launcher = BootLoader.launcher(own.program());
		return new LaunchForm(classPath,
				(launcher != null) ? BootLoader.program(launcher, mainClass) : List.of(mainClass));
	}

	private static LaunchForm onClassPath(String classPath, String command, @Nullable String mainClass) {
		if (mainClass == null) {
			throw new IllegalStateException(
					"Workers cannot be forked: the application's main class is unknown (this JVM runs '%s'). Name it with SpringApplication.setMainApplicationClass"
						.formatted(command));
		}
		return new LaunchForm(List.of("-cp", classPath), List.of(mainClass));
	}

	// A jar that starts something else, which in turn runs the application, would not
	// understand the application's arguments.
	private static boolean isApplication(String jar, @Nullable String mainApplicationClass) {
		try (JarFile file = new JarFile(jar)) {
			Manifest manifest = file.getManifest();
			Attributes attributes = (manifest != null) ? manifest.getMainAttributes() : new Attributes();
			String mainClass = attributes.getValue(Attributes.Name.MAIN_CLASS);
			return attributes.getValue("Start-Class") != null
					|| (mainClass != null && mainClass.equals(mainApplicationClass));
		}
		catch (IOException ex) {
			return false;
		}
	}

}
