package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ApplicationJarTests {

	private static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

	@TempDir
	private Path directory;

	@Test
	void bootJarWithTheStarter() throws IOException {
		Path jar = jar(Map.of("Main-Class", LAUNCHER, "Spring-Boot-Lib", "BOOT-INF/lib/"),
				"BOOT-INF/lib/pm-spring-boot-autoconfigure-0.1.0.jar");
		assertThat(ApplicationJar.problem(jar)).isNull();
	}

	@Test
	void bootJarWithoutTheStarter() throws IOException {
		Path jar = jar(Map.of("Main-Class", LAUNCHER, "Spring-Boot-Lib", "BOOT-INF/lib/"),
				"BOOT-INF/lib/spring-boot-4.1.2.jar");
		assertThat(ApplicationJar.problem(jar)).startsWith(jar + " has no starter").contains("pm-spring-boot-starter");
	}

	@Test
	void bootWar() throws IOException {
		Map<String, String> manifest = Map.of("Main-Class", LAUNCHER, "Spring-Boot-Lib", "WEB-INF/lib/");
		assertThat(ApplicationJar.problem(jar(manifest, "WEB-INF/lib/pm-spring-boot-autoconfigure.jar"))).isNull();
		assertThat(ApplicationJar.problem(jar(manifest, "BOOT-INF/lib/pm-spring-boot-autoconfigure.jar")))
			.contains("has no starter");
	}

	@Test
	void anyOtherExecutableJarMayHaveTheStarterSomewhere() throws IOException {
		assertThat(ApplicationJar.problem(jar(Map.of("Main-Class", "com.example.App"), "x"))).isNull();
	}

	@Test
	void starterIsLookedForInTheJarAndWhereItsManifestLeads() throws IOException {
		Path without = jar(Map.of("Main-Class", "com.example.App"), "x");
		assertThat(ApplicationJar.noStarter(without))
			.isEqualTo(without + " and its manifest's Class-Path have no pm-spring-boot-starter");
		String shaded = ApplicationJar.class.getName().replace('.', '/') + ".class";
		Path with = jar(Map.of("Main-Class", "com.example.App"), shaded);
		assertThat(ApplicationJar.noStarter(with)).isNull();
		assertThat(ApplicationJar
			.noStarter(jar(Map.of("Main-Class", "com.example.App", "Class-Path", with.toUri().toString()), "x")))
			.isNull();
		assertThat(ApplicationJar.noStarter(this.directory.resolve("gone.jar"))).isNull();
	}

	@Test
	void jarThatIsNotExecutable() throws IOException {
		assertThat(ApplicationJar.problem(jar(Map.of(), "x"))).contains("is not executable", "Main-Class");
	}

	@Test
	void fileThatIsNoJar() throws IOException {
		Path file = Files.writeString(this.directory.resolve("app.jar"), "text");
		assertThat(ApplicationJar.problem(file)).startsWith(file + " is not a jar (");
	}

	@Test
	void directory() {
		assertThat(ApplicationJar.problem(this.directory)).contains(this.directory + " is not a file");
	}

	@Test
	void fileThatIsMissingIsNamedInFull() {
		assertThat(ApplicationJar.problem(Path.of("no/such.jar")))
			.isEqualTo("there is no file " + Path.of("no/such.jar").toAbsolutePath());
	}

	private Path jar(Map<String, String> attributes, String entry) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		attributes.forEach((name, value) -> manifest.getMainAttributes().put(new Attributes.Name(name), value));
		Path jar = Files.createTempFile(this.directory, "app", ".jar");
		try (JarOutputStream stream = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
			stream.putNextEntry(new ZipEntry(entry));
		}
		return jar;
	}

}
