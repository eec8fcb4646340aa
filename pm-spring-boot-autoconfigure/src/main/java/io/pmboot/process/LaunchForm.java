package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import org.jspecify.annotations.Nullable;

/**
 * What a JVM was told to run: an executable jar, or a main class on a class path.
 *
 * @param classPath {@code -cp} and the class path, or nothing
 * @param program {@code -jar} and the jar, or the main class, which an option of the JVM
 * may precede
 */
record LaunchForm(List<String> classPath, List<String> program) {

	/** The package of Boot's loader, which finds an application inside its archive. */
	static final String BOOT_LOADER = "org.springframework.boot.loader.";

	/** The launcher that can be told which class to start. It is in every archive. */
	static final String PROPERTIES_LAUNCHER = BOOT_LOADER + "launch.PropertiesLauncher";

	static LaunchForm of(Properties system, @Nullable String mainApplicationClass) {
		String classPath = system.getProperty("java.class.path", "");
		// The jar or main class, and the arguments, joined by blanks.
		String command = system.getProperty("sun.java.command", "");
		if (system.getProperty("jdk.module.main") != null) {
			throw new IllegalStateException(
					"Workers cannot be forked: this JVM was started with a module (%s), and the worker would need the class path. Start the application with -jar or -cp"
						.formatted(command));
		}
		String mainClass = mainApplicationClass;
		if (!classPath.isEmpty() && (command.equals(classPath) || command.startsWith(classPath + " "))) {
			if (isApplication(classPath, mainApplicationClass)) {
				return ofJar(classPath);
			}
		}
		else {
			String first = command.split(" ", 2)[0];
			boolean isClass = !first.isEmpty() && first.indexOf('/') < 0 && !first.endsWith(".jar");
			mainClass = isClass ? first : mainApplicationClass;
		}
		if (mainClass == null) {
			throw new IllegalStateException(
					"Workers cannot be forked: the application's main class is unknown (this JVM runs '%s'). Name it with SpringApplication.setMainApplicationClass"
						.formatted(command));
		}
		return new LaunchForm(List.of("-cp", classPath), List.of(mainClass));
	}

	private static boolean isApplication(String jar, @Nullable String mainApplicationClass) {
		try {
			return ApplicationJar.read(Path.of(jar)).starts(mainApplicationClass);
		}
		catch (IOException ex) {
			return false;
		}
	}

	static LaunchForm ofJar(String jar) {
		return new LaunchForm(List.of(), List.of("-jar", jar));
	}

	/**
	 * Another class of an application than the one that its archive names.
	 * @param classPath {@code -cp} and where the class is, or its archive
	 * @param launcher the class of Boot's loader that starts the archive, or {@code null}
	 * where Boot's loader is not in use
	 * @param mainClass the class
	 * @return the form
	 */
	static LaunchForm ofClass(List<String> classPath, @Nullable String launcher, String mainClass) {
		List<String> program = new ArrayList<>();
		if (launcher == null) {
			program.add(mainClass);
		}
		else {
			if (launcher.endsWith(".WarLauncher")) {
				// By itself it looks where a jar has its classes.
				program.add("-Dloader.path=WEB-INF/classes,WEB-INF/lib,WEB-INF/lib-provided");
			}
			program.add("-Dloader.main=" + mainClass);
			program.add(PROPERTIES_LAUNCHER);
		}
		return new LaunchForm(classPath, program);
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
			return ofJar(program.application().toString());
		}
		String mainClass = program.mainClass();
		if (mainClass == null) {
			return new LaunchForm(own.classPath(), own.program());
		}
		Path jar = own.jar();
		if (jar != null) {
			return ofClass(List.of("-cp", jar.toString()), ApplicationJar.read(jar).launcher(), mainClass);
		}
		String masters = own.program().get(0);
		return ofClass(own.classPath(), masters.startsWith(BOOT_LOADER) ? masters : null, mainClass);
	}

}
