package io.pmboot.process;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

import org.jspecify.annotations.Nullable;

/**
 * Whether a file is an executable jar that can be a worker, as far as that is to be seen
 * without starting it.
 */
final class ApplicationJar {

	private static final String STARTER = "pm-spring-boot-autoconfigure";

	private static final String CLASS = ApplicationJar.class.getName().replace('.', '/') + ".class";

	private static final Attributes.Name BOOT_LIB = new Attributes.Name("Spring-Boot-Lib");

	private ApplicationJar() {
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
		try (JarFile jar = new JarFile(path.toFile())) {
			return problem(path, jar);
		}
		catch (IOException ex) {
			return "%s is not a jar (%s)".formatted(path, ex.getMessage());
		}
	}

	private static @Nullable String problem(Path path, JarFile jar) throws IOException {
		Manifest manifest = jar.getManifest();
		Attributes attributes = (manifest != null) ? manifest.getMainAttributes() : new Attributes();
		if (attributes.getValue(Attributes.Name.MAIN_CLASS) == null) {
			return path + " is not executable: its manifest names no Main-Class";
		}
		String lib = attributes.getValue(BOOT_LIB);
		if (lib != null && jar.stream().map(ZipEntry::getName).noneMatch((name) -> name.startsWith(lib + STARTER))) {
			return "%s has no starter: add pm-spring-boot-starter to the dependencies of that application"
				.formatted(path);
		}
		return null;
	}

	/**
	 * Looks for the starter on the class path that a jar and its manifest make.
	 * @param file the jar
	 * @return that there is none, a clause; or {@code null} where there is one, or it
	 * cannot be looked for
	 */
	static @Nullable String noStarter(Path file) {
		try (JarFile jar = new JarFile(file.toFile())) {
			if (jar.getManifest() != null && jar.getManifest().getMainAttributes().getValue(BOOT_LIB) != null) {
				return problem(file.toAbsolutePath(), jar);
			}
			try (URLClassLoader classPath = new URLClassLoader(new URL[] { file.toUri().toURL() }, null)) {
				return (classPath.findResource(CLASS) != null) ? null
						: "%s and its manifest's Class-Path have no pm-spring-boot-starter".formatted(file);
			}
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

}
