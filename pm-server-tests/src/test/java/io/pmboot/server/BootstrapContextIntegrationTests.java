package io.pmboot.server;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.FullOnly;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An executable jar with Spring Cloud's bootstrap context, started and reloaded: the
 * profile is an argument, the group is in a file of the application.
 */
class BootstrapContextIntegrationTests {

	private static final List<String> CLOUD = List.of("spring-cloud-", "spring-security-crypto", "bcprov");

	@TempDir
	private Path directory;

	@FullOnly
	@Test
	void masterAndWorkersAreTheApplication() throws Exception {
		Path jar = withBootstrap(Path.of(System.getProperty("server.jars") + "-tomcat.jar"));
		try (MasterProcess master = MasterProcess.ready((launch) -> inFile(launch.jar(jar)))) {
			long before = master.pids("web").get(0);
			assertThat(master.output().matching("[bootstrapped] ")).isNotEmpty();
			assertThat(master.reload("web").outcome()).as(master.output().text()).isEqualTo("COMPLETED");
			assertThat(master.pids("web")).hasSize(1).doesNotContain(before);
		}
	}

	private void inFile(ApplicationLaunch launch) {
		String file = """
				pm.groups.web:
				  listen: %s
				  jvm-options: %s
				  reload.observe: 0s
				  children: 1
				""".formatted(launch.property("pm.groups.web.listen"), launch.property("pm.groups.web.jvm-options"));
		try {
			Files.writeString(this.directory.resolve("application.yml"), file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		launch.property("pm.groups.web.listen", null)
			.property("pm.groups.web.jvm-options", null)
			.property("pm.groups.web.reload.observe", null)
			.property("spring.config.additional-location", this.directory + "/");
	}

	private Path withBootstrap(Path jar) throws IOException {
		Path copy = this.directory.resolve("app.jar");
		try (JarFile file = new JarFile(jar.toFile());
				JarOutputStream out = new JarOutputStream(Files.newOutputStream(copy))) {
			Enumeration<JarEntry> entries = file.entries();
			while (entries.hasMoreElements()) {
				JarEntry entry = entries.nextElement();
				try (InputStream in = file.getInputStream(entry)) {
					add(out, entry.getName(), in.readAllBytes());
				}
			}
			add(out, "BOOT-INF/classes/bootstrap.properties", "spring.application.name=bootstrapped".getBytes());
			for (String library : System.getProperty("java.class.path").split(File.pathSeparator)) {
				Path path = Path.of(library);
				String name = path.getFileName().toString();
				if (CLOUD.stream().anyMatch(name::startsWith)) {
					add(out, "BOOT-INF/lib/" + name, Files.readAllBytes(path));
				}
			}
		}
		return copy;
	}

	// Boot's loader reads a library in place, so it must not be compressed.
	private static void add(JarOutputStream out, String name, byte[] content) throws IOException {
		ZipEntry entry = new ZipEntry(name);
		CRC32 crc = new CRC32();
		crc.update(content);
		entry.setMethod(ZipEntry.STORED);
		entry.setSize(content.length);
		entry.setCrc(crc.getValue());
		out.putNextEntry(entry);
		out.write(content);
		out.closeEntry();
	}

}
