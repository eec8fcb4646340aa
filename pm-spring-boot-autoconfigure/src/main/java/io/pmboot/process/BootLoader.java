package io.pmboot.process;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Boot's loader, which finds an application inside its executable archive. The launcher
 * that such an archive names starts only the class that its manifest names; another one,
 * in every archive, can be told.
 */
final class BootLoader {

	/** The launcher that can be told which class to start. */
	static final String PROPERTIES_LAUNCHER = "org.springframework.boot.loader.launch.PropertiesLauncher";

	static final String PACKAGE = "org.springframework.boot.loader.";

	private BootLoader() {
	}

	/**
	 * The launcher of Boot's that starts a program.
	 * @param program {@code -jar} and the jar, or the main class
	 * @return its class name, or {@code null} where Boot's loader is not in use
	 * @throws IOException where the jar cannot be read
	 */
	static @Nullable String launcher(List<String> program) throws IOException {
		String mainClass = program.get(0).equals("-jar") ? mainClass(program.get(1)) : program.get(0);
		return (mainClass != null && mainClass.startsWith(PACKAGE)) ? mainClass : null;
	}

	private static @Nullable String mainClass(String jar) throws IOException {
		try (JarFile file = new JarFile(new File(jar))) {
			Manifest manifest = file.getManifest();
			return (manifest != null) ? manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS) : null;
		}
	}

	/**
	 * What keeps this application from being run by another main class.
	 * @param mainClass the class
	 * @return the problem, a clause, or {@code null} where none is to be seen
	 */
	static @Nullable String problem(String mainClass) {
		if (ClassLoader.getSystemResource(resource(mainClass)) != null) {
			return null;
		}
		ClassLoader application = ClassUtils.getDefaultClassLoader();
		URL resource = (application != null) ? application.getResource(resource(mainClass)) : null;
		if (resource == null) {
			return "there is no such class on the class path of this application";
		}
		// Only Boot's loader can see it, so it has to be able to start it.
		return (ClassLoader.getSystemResource(resource(PROPERTIES_LAUNCHER)) != null) ? null
				: "the class is inside an archive whose loader cannot start it: package the application with Boot's own loader ("
						+ PROPERTIES_LAUNCHER + ")";
	}

	private static String resource(String className) {
		return className.replace('.', '/') + ".class";
	}

	/**
	 * How to start another class of the same archive.
	 * @param launcher the launcher that the archive names
	 * @param mainClass the class
	 * @return options of the JVM, and the launcher
	 */
	static List<String> program(String launcher, String mainClass) {
		List<String> program = new ArrayList<>();
		if (launcher.endsWith(".WarLauncher")) {
			// By itself it looks where a jar has its classes.
			program.add("-Dloader.path=WEB-INF/classes,WEB-INF/lib,WEB-INF/lib-provided");
		}
		program.add("-Dloader.main=" + mainClass);
		program.add(PROPERTIES_LAUNCHER);
		return program;
	}

	/**
	 * An executable jar or war as Boot's build plugins make it.
	 *
	 * @param launcher the class of Boot's loader that starts it
	 * @param extractable whether its own tools can turn it into a jar beside its
	 * libraries, without changing what the application is
	 */
	record Archive(String launcher, boolean extractable) {

		private static final String JAR_LAUNCHER = ".JarLauncher";

		private static final String TOOLS = "spring-boot-jarmode-tools";

		/**
		 * Looks into a jar.
		 * @param path the jar
		 * @return what it is, or {@code null} where Boot did not make it
		 * @throws IOException where it cannot be read
		 */
		static @Nullable Archive of(Path path) throws IOException {
			String launcher = BootLoader.launcher(List.of("-jar", path.toString()));
			if (launcher == null) {
				return null;
			}
			try (JarFile jar = new JarFile(path.toFile())) {
				Manifest manifest = jar.getManifest();
				Attributes attributes = (manifest != null) ? manifest.getMainAttributes() : new Attributes();
				String lib = attributes.getValue("Spring-Boot-Lib");
				// A war has more in it than classes and libraries, and a launcher by
				// properties finds more than what is inside.
				boolean extractable = launcher.endsWith(JAR_LAUNCHER) && lib != null
						&& attributes.getValue("Spring-Boot-Classpath-Index") != null
						&& jar.stream().anyMatch((entry) -> entry.getName().startsWith(lib + TOOLS));
				return new Archive(launcher, extractable);
			}
		}

	}

}
