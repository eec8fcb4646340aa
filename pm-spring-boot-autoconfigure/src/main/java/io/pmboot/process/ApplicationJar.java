package io.pmboot.process;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

import org.jspecify.annotations.Nullable;

/**
 * What a jar or war tells of the application in it, without being started.
 *
 * @param manifest what its manifest says
 * @param lib where Boot's build plugins put libraries; {@code null} where none of them
 * made it
 * @param entries the names of what is in it
 */
record ApplicationJar(Attributes manifest, @Nullable String lib, List<String> entries) {

	private static final String STARTER = "pm-spring-boot-autoconfigure";

	private static final String TOOLS = "spring-boot-jarmode-tools";

	private static final String CLASS = ApplicationJar.class.getName().replace('.', '/') + ".class";

	static ApplicationJar read(Path path) throws IOException {
		try (JarFile jar = new JarFile(path.toFile())) {
			Manifest manifest = jar.getManifest();
			Attributes attributes = (manifest != null) ? manifest.getMainAttributes() : new Attributes();
			return new ApplicationJar(attributes, attributes.getValue("Spring-Boot-Lib"),
					jar.stream().map(ZipEntry::getName).toList());
		}
	}

	@Nullable String mainClass() {
		return this.manifest.getValue(Attributes.Name.MAIN_CLASS);
	}

	/**
	 * Whether it starts an application itself. One that starts something else, which in
	 * turn runs the application, would not understand the application's arguments.
	 * @param mainApplicationClass the application's main class, where it is known
	 * @return whether it does
	 */
	boolean starts(@Nullable String mainApplicationClass) {
		String mainClass = mainClass();
		return this.manifest.getValue("Start-Class") != null
				|| (mainClass != null && mainClass.equals(mainApplicationClass));
	}

	/**
	 * The class of Boot's loader that starts it.
	 * @return its name, or {@code null} where Boot's loader is not in use
	 */
	@Nullable String launcher() {
		String mainClass = mainClass();
		return (mainClass != null && mainClass.startsWith(LaunchForm.BOOT_LOADER)) ? mainClass : null;
	}

	/**
	 * Whether its own tools can turn it into a jar beside its libraries, without changing
	 * what the application is: a war has more in it than classes and libraries, and a
	 * launcher by properties finds more than what is inside.
	 * @return whether they can
	 */
	boolean extractable() {
		String launcher = launcher();
		return launcher != null && launcher.endsWith(".JarLauncher") && hasLibrary(TOOLS)
				&& this.manifest.getValue("Spring-Boot-Classpath-Index") != null;
	}

	private boolean hasLibrary(String name) {
		return this.lib != null && this.entries.stream().anyMatch((entry) -> entry.startsWith(this.lib + name));
	}

	/**
	 * What keeps it from being a worker's program, as far as that is to be seen.
	 * @param name how the problem names it
	 * @return the problem, a clause, or {@code null} where none is to be seen
	 */
	@Nullable String problem(String name) {
		if (mainClass() == null) {
			return name + " is not executable: its manifest names no Main-Class";
		}
		return (this.lib == null || hasLibrary(STARTER)) ? null
				: name + " has no starter: add pm-spring-boot-starter to the dependencies of that application";
	}

	/**
	 * What keeps a file from being a worker's program.
	 * @param file the file
	 * @return the problem, a clause, or {@code null} where none is to be seen
	 */
	static @Nullable String problem(Path file) {
		Path path = file.toAbsolutePath();
		if (!Files.exists(path)) {
			return "there is no file " + path;
		}
		if (!Files.isRegularFile(path)) {
			return path + " is not a file, but has to be an executable jar";
		}
		if (!Files.isReadable(path)) {
			return path + " cannot be read by the user that runs the master";
		}
		try {
			return read(path).problem(path.toString());
		}
		catch (IOException ex) {
			return "%s is not a jar (%s)".formatted(path, ex.getMessage());
		}
	}

	/**
	 * Looks for the starter on the class path that a jar and its manifest make.
	 * @param file the jar
	 * @return that there is none, a clause; or {@code null} where there is one, or it
	 * cannot be looked for
	 */
	static @Nullable String noStarter(Path file) {
		try {
			ApplicationJar jar = read(file);
			if (jar.lib != null) {
				return jar.problem(file.toAbsolutePath().toString());
			}
			try (URLClassLoader classPath = new URLClassLoader(new URL[] { file.toUri().toURL() }, null)) {
				return (classPath.findResource(CLASS) != null) ? null
						: file + " and its manifest's Class-Path have no pm-spring-boot-starter";
			}
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

}
