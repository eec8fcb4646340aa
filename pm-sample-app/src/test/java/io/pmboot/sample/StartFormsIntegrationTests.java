package io.pmboot.sample;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.FreePort;
import io.pmboot.test.FullOnly;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** However the application is started as a master: its workers start the same way. */
class StartFormsIntegrationTests {

	private static final String PROD_WORKER_WEB = "The following 3 profiles are active: \"prod\", \"worker\", \"web\"";

	@TempDir
	private Path directory;

	@FullOnly
	@Test
	void profilesOnTheCommandLine() throws Exception {
		start((sample) -> sample.property("spring.profiles.active", "master,prod"), PROD_WORKER_WEB);
	}

	@FullOnly
	@Test
	void profilesInTheEnvironment() throws Exception {
		start((sample) -> sample.property("spring.profiles.active", null)
			.environment("SPRING_PROFILES_ACTIVE", "master,prod"), PROD_WORKER_WEB);
	}

	@FullOnly
	@Test
	void profilesInTheApplicationsOwnFile() throws Exception {
		Files.writeString(this.directory.resolve("application.properties"), "spring.profiles.active=prod");
		start((sample) -> sample.property("spring.profiles.active", null)
			.property("spring.profiles.include", "master")
			.property("spring.config.additional-location", "file:" + this.directory + "/"), PROD_WORKER_WEB);
	}

	@FullOnly
	@Test
	void blanksInArgumentsAndInTheJarsPath() throws Exception {
		Path jar = Files.copy(ApplicationLaunch.jar(),
				Files.createDirectory(this.directory.resolve("a b")).resolve("c d.jar"));
		start((sample) -> sample.jar(jar)
			.jvmOption("-Dblank.property=two words")
			.property("spring.application.name", "two words")
			.argument("a plain argument")
			.argument(""), "[two words] [web-0@1]");
	}

	@FullOnly
	@Test
	void debuggersAndJmxPortOnTheMaster() throws Exception {
		int debugger = FreePort.next();
		int jmx = FreePort.next();
		start((sample) -> sample
			.jvmOption("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + debugger)
			.jvmOption("-Dcom.sun.management.jmxremote.port=" + jmx)
			.jvmOption("-Dcom.sun.management.jmxremote.authenticate=false")
			.jvmOption("-Dcom.sun.management.jmxremote.ssl=false"), "profiles are active: \"worker\", \"web\"");
	}

	@FullOnly
	@Test
	void classPathOf200Kilobytes() throws Exception {
		List<String> classPath = unpack();
		while (String.join(File.pathSeparator, classPath).length() < 200_000) {
			classPath.add(this.directory.resolve("none-" + classPath.size()).toString());
		}
		Path argumentFile = this.directory.resolve("arguments");
		start((sample) -> sample.classPath(String.join(File.pathSeparator, classPath),
				"io.pmboot.sample.SampleApplication", argumentFile), "profiles are active: \"worker\", \"web\"");
	}

	@FullOnly
	@Test
	void anotherMainClassOfAnUnpackedClassPath() throws Exception {
		String classPath = String.join(File.pathSeparator, unpack());
		Path argumentFile = this.directory.resolve("arguments");
		start((sample) -> importer(sample.classPath(classPath, "io.pmboot.sample.SampleApplication", argumentFile)),
				"Importer runs as web-0");
	}

	@FullOnly
	@Test
	void anotherMainClassOfAnExplodedJar() throws Exception {
		explode();
		Path argumentFile = this.directory.resolve("arguments");
		start((sample) -> importer(sample.classPath(this.directory.toString(),
				"org.springframework.boot.loader.launch.JarLauncher", argumentFile)), "Importer runs as web-0");
	}

	@FullOnly
	@Test
	void anotherExecutableJar() throws Exception {
		Path other = Files.copy(ApplicationLaunch.jar(), this.directory.resolve("other application.jar"));
		// From its copy, which has the same name.
		start((sample) -> sample.property("pm.groups.web.application", other), "/other application.jar");
	}

	private static void importer(ApplicationLaunch sample) {
		sample.property("pm.groups.web.listen", "").property("pm.groups.web.main-class", "io.pmboot.sample.Importer");
	}

	private void explode() throws IOException {
		try (JarFile jar = new JarFile(ApplicationLaunch.jar().toFile())) {
			for (JarEntry entry : jar.stream().filter((candidate) -> !candidate.isDirectory()).toList()) {
				Path target = this.directory.resolve(entry.getName());
				Files.createDirectories(target.getParent());
				try (InputStream in = jar.getInputStream(entry)) {
					Files.copy(in, target);
				}
			}
		}
	}

	private void start(Consumer<ApplicationLaunch> launch, String expectedOfWorker) throws Exception {
		Consumer<ApplicationLaunch> oneWorker = (sample) -> sample.property("pm.groups.web.children", 1);
		try (MasterProcess master = Sample.ready(oneWorker.andThen(launch))) {
			String worker = " " + master.pids("web").get(0) + " ";
			String line = master.output()
				.await("of the worker: " + expectedOfWorker,
						(candidate) -> candidate.contains(worker) && candidate.contains(expectedOfWorker),
						MasterProcess.TIMEOUT);
			assertThat(line).isNotEmpty();
		}
	}

	private List<String> unpack() throws IOException {
		List<String> classPath = new ArrayList<>(List.of(this.directory.resolve("BOOT-INF/classes").toString()));
		try (JarFile jar = new JarFile(ApplicationLaunch.jar().toFile())) {
			for (JarEntry entry : jar.stream().filter((entry) -> entry.getName().startsWith("BOOT-INF/")).toList()) {
				Path target = this.directory.resolve(entry.getName());
				if (entry.isDirectory()) {
					Files.createDirectories(target);
					continue;
				}
				Files.createDirectories(target.getParent());
				try (InputStream in = jar.getInputStream(entry)) {
					Files.copy(in, target);
				}
				if (entry.getName().startsWith("BOOT-INF/lib/")) {
					classPath.add(target.toString());
				}
			}
		}
		return classPath;
	}

}
