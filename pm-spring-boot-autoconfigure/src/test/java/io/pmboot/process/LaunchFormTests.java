package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class LaunchFormTests {

	@TempDir
	private Path directory;

	@Test
	void executableJarOfBoot() throws IOException {
		String jar = jar("my app.jar", Map.of("Main-Class", "org.springframework.boot.loader.launch.JarLauncher",
				"Start-Class", "com.example.App"));
		LaunchForm form = form(jar, jar + " --a=1 b", "com.example.App");
		assertThat(form.classPath()).isEmpty();
		assertThat(form.program()).containsExactly("-jar", jar);
	}

	@Test
	void executableJarWithoutArguments() throws IOException {
		String jar = jar("app.jar", Map.of("Start-Class", "com.example.App"));
		assertThat(form(jar, jar, null).program()).containsExactly("-jar", jar);
	}

	@Test
	void extractedJarWhoseMainClassIsTheApplication() throws IOException {
		String jar = jar("app.jar", Map.of("Main-Class", "com.example.App", "Class-Path", "lib/a.jar"));
		assertThat(form(jar, jar + " x", "com.example.App").program()).containsExactly("-jar", jar);
	}

	@Test
	void jarThatStartsSomethingElse() throws IOException {
		String jar = jar("surefire booter.jar", Map.of("Main-Class", "org.example.ForkedBooter"));
		LaunchForm form = form(jar, jar + " /tmp/x 1", "com.example.App");
		assertThat(form.classPath()).containsExactly("-cp", jar);
		assertThat(form.program()).containsExactly("com.example.App");
	}

	@Test
	void jarThatStartsSomethingElseAndSetsTheClassPath() {
		LaunchForm form = form("/a/classes:/b.jar", "/tmp/surefirebooter.jar /tmp/x 1", "com.example.App");
		assertThat(form.classPath()).containsExactly("-cp", "/a/classes:/b.jar");
		assertThat(form.program()).containsExactly("com.example.App");
	}

	@Test
	void mainClassOnClassPath() {
		LaunchForm form = form("/a b/classes:/c.jar", "com.example.App --x y z", "com.example.Other");
		assertThat(form.classPath()).containsExactly("-cp", "/a b/classes:/c.jar");
		assertThat(form.program()).containsExactly("com.example.App");
	}

	@Test
	void explodedJar() {
		LaunchForm form = form(".", "org.springframework.boot.loader.launch.JarLauncher --x", "com.example.App");
		assertThat(form.classPath()).containsExactly("-cp", ".");
		assertThat(form.program()).containsExactly("org.springframework.boot.loader.launch.JarLauncher");
	}

	@Test
	void embeddedJvmFallsBackToTheApplication() {
		assertThat(form("/a.jar", "", "com.example.App").program()).containsExactly("com.example.App");
	}

	@Test
	void refusesWhereTheMainClassIsUnknown() {
		assertThatIllegalStateException().isThrownBy(() -> form("/a.jar", "/tmp/booter.jar x", null))
			.withMessageContaining("/tmp/booter.jar x")
			.withMessageContaining("setMainApplicationClass");
	}

	@Test
	void refusesModules() {
		Properties system = system("", "app/com.example.App");
		system.setProperty("jdk.module.main", "app");
		assertThatIllegalStateException().isThrownBy(() -> LaunchForm.of(system, "com.example.App"))
			.withMessageContaining("app/com.example.App")
			.withMessageContaining("-cp");
	}

	private static LaunchForm form(String classPath, String command, @Nullable String mainApplicationClass) {
		return LaunchForm.of(system(classPath, command), mainApplicationClass);
	}

	private static Properties system(String classPath, String command) {
		Properties system = new Properties();
		system.setProperty("java.class.path", classPath);
		system.setProperty("sun.java.command", command);
		return system;
	}

	private String jar(String name, Map<String, String> attributes) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		attributes.forEach(manifest.getMainAttributes()::putValue);
		Path jar = this.directory.resolve(name);
		new JarOutputStream(Files.newOutputStream(jar), manifest).close();
		return jar.toString();
	}

}
