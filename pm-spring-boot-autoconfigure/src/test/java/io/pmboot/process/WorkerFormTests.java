package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class WorkerFormTests {

	private static final String PROPERTIES_LAUNCHER = LaunchForm.PROPERTIES_LAUNCHER;

	private static final String LOADER = "org.springframework.boot.loader.launch.";

	@TempDir
	private Path directory;

	@Test
	void sameProgramAsTheMaster() throws IOException {
		LaunchForm form = form(List.of("-cp", "/a:/b"), List.of("com.example.App"), null, null);
		assertThat(form).isEqualTo(new LaunchForm(List.of("-cp", "/a:/b"), List.of("com.example.App")));
	}

	@Test
	void anotherApplicationReplacesClassPathAndProgram() throws IOException {
		LaunchForm form = form(List.of("-cp", "/a:/b"), List.of("com.example.App"), null, Path.of("other app.jar"));
		assertThat(form).isEqualTo(new LaunchForm(List.of(), List.of("-jar", "other app.jar")));
	}

	@Test
	void anotherClassOnAClassPath() throws IOException {
		LaunchForm form = form(List.of("-cp", "/a:/b"), List.of("com.example.App"), "com.example.Jobs", null);
		assertThat(form).isEqualTo(new LaunchForm(List.of("-cp", "/a:/b"), List.of("com.example.Jobs")));
	}

	@Test
	void anotherClassOfAnOrdinaryJarIsFoundByTheClassPathOfItsManifest() throws IOException {
		String jar = jar("com.example.App");
		assertThat(form(List.of(), List.of("-jar", jar), "com.example.Jobs", null))
			.isEqualTo(new LaunchForm(List.of("-cp", jar), List.of("com.example.Jobs")));
	}

	@Test
	void anotherClassOfBootsExecutableJar() throws IOException {
		String jar = jar(LOADER + "JarLauncher");
		assertThat(form(List.of(), List.of("-jar", jar), "com.example.Jobs", null)).isEqualTo(
				new LaunchForm(List.of("-cp", jar), List.of("-Dloader.main=com.example.Jobs", PROPERTIES_LAUNCHER)));
	}

	@Test
	void anotherClassOfBootsExecutableWar() throws IOException {
		String war = jar(LOADER + "WarLauncher");
		assertThat(form(List.of(), List.of("-jar", war), "com.example.Jobs", null).program()).containsExactly(
				"-Dloader.path=WEB-INF/classes,WEB-INF/lib,WEB-INF/lib-provided", "-Dloader.main=com.example.Jobs",
				PROPERTIES_LAUNCHER);
	}

	@Test
	void anotherClassOfAnExplodedJar() throws IOException {
		assertThat(form(List.of("-cp", "."), List.of(LOADER + "JarLauncher"), "com.example.Jobs", null)).isEqualTo(
				new LaunchForm(List.of("-cp", "."), List.of("-Dloader.main=com.example.Jobs", PROPERTIES_LAUNCHER)));
	}

	@Test
	void jarThatIsGoneIsNamed() {
		assertThatIOException().isThrownBy(() -> form(List.of(), List.of("-jar", "/no/such.jar"), "a.B", null))
			.withMessageContaining("/no/such.jar");
	}

	@Test
	void anotherApplicationDoesNotInheritWhatTheMastersLoaderWasTold() throws IOException {
		OwnLaunch own = new OwnLaunch(Path.of("java"), List.of("-Dloader.main=com.example.App", "-Xmx1g"),
				List.of("-cp", "app.jar"), List.of(PROPERTIES_LAUNCHER), List.of(), List.of("master"), Map.of());
		assertThat(line(own, null, Path.of("other.jar"))).contains("-Xmx1g")
			.doesNotContain("-Dloader.main=com.example.App");
		assertThat(line(own, "com.example.Jobs", null)).containsSubsequence("-Dloader.main=com.example.App",
				"-Dloader.main=com.example.Jobs", PROPERTIES_LAUNCHER);
	}

	private static List<String> line(OwnLaunch own, @Nullable String mainClass, @Nullable Path application)
			throws IOException {
		WorkerLaunch launch = new WorkerLaunch("web", 0, 1,
				new WorkerLaunch.Program(List.of(), List.of(), List.of(), Map.of(), mainClass, application));
		return JavaCommand
			.of(own, launch, LaunchForm.ofWorker(own, launch.program()), Path.of("/run/app"),
					Path.of("/run/app/control.sock"))
			.line(null);
	}

	private static LaunchForm form(List<String> classPath, List<String> program, @Nullable String mainClass,
			@Nullable Path application) throws IOException {
		OwnLaunch own = new OwnLaunch(Path.of("java"), List.of(), classPath, program, List.of(), List.of(), Map.of());
		return LaunchForm.ofWorker(own,
				new WorkerLaunch.Program(List.of(), List.of(), List.of(), Map.of(), mainClass, application));
	}

	private String jar(String mainClass) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
		Path jar = Files.createTempFile(this.directory, "app", ".jar");
		try (JarOutputStream stream = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
			stream.putNextEntry(new ZipEntry("x"));
		}
		return jar.toString();
	}

}
