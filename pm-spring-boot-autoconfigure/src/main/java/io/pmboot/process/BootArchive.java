package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

import org.jspecify.annotations.Nullable;

/**
 * An executable jar or war as Boot's build plugins make it.
 *
 * @param launcher the class of Boot's loader that starts it
 * @param extractable whether its own tools can turn it into a jar beside its libraries,
 * without changing what the application is
 */
record BootArchive(String launcher, boolean extractable) {

	private static final String JAR_LAUNCHER = ".JarLauncher";

	private static final String TOOLS = "spring-boot-jarmode-tools";

	/**
	 * Looks into a jar.
	 * @param path the jar
	 * @return what it is, or {@code null} where Boot did not make it
	 * @throws IOException where it cannot be read
	 */
	static @Nullable BootArchive of(Path path) throws IOException {
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
			return new BootArchive(launcher, extractable);
		}
	}

}
