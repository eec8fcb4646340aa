package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JavaCommandTests {

	private static final WorkerLaunch LAUNCH = new WorkerLaunch("web", 1, 7, new WorkerLaunch.Program(List.of("edge"),
			List.of("-Xmx2g", "-Dx=group"), List.of("--y=group"), Map.of("A", "a")));

	@Test
	void classOnClassPath() throws IOException {
		assertThat(command(List.of("-cp", "/a:/b"), List.of("com.example.App")).line()).containsExactly("/jdk/bin/java",
				"-Xmx1g", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
				"-Dpm.enabled=true", "-Dpm.worker.control-socket=/run/app/control.sock",
				"-Dpm.worker.run-directory=/run/app", "-cp", "/a:/b", "-Xmx2g", "-Dx=group", "com.example.App", "b c",
				"--y=group", "--spring.profiles.active=prod,worker,web,edge");
	}

	@Test
	void executableJar() throws IOException {
		assertThat(command(List.of(), List.of("-jar", "/my app.jar")).line()).doesNotContain("-cp")
			.containsSequence("-Xmx2g", "-Dx=group", "-jar", "/my app.jar", "b c");
	}

	@Test
	void environmentIsChanged() throws IOException {
		WorkerEnvironment environment = command(List.of(), List.of("App")).environment();
		assertThat(environment.removed()).containsExactly("NOTIFY_SOCKET");
		assertThat(environment.set()).containsEntry("A", "a").containsEntry("PM_WORKER_INDEX", "1");
	}

	@Test
	void shortOneNeedsNoArgumentFile() throws IOException {
		assertThat(command(List.of("-cp", "/a:/b"), List.of("com.example.App")).isLong()).isFalse();
	}

	@Test
	void longClassPathGoesIntoArgumentFileAndGroupsOptionsStillWin() throws IOException {
		JavaCommand command = command(List.of("-cp", "/a".repeat(60_000)), List.of("com.example.App"));
		assertThat(command.isLong()).isTrue();
		assertThat(command.filed()).startsWith("-Xmx1g").endsWith("-cp", "/a".repeat(60_000));
		assertThat(command.line(Path.of("/run/app/web-1-7.args"))).containsExactly("/jdk/bin/java",
				"@/run/app/web-1-7.args", "-Xmx2g", "-Dx=group", "com.example.App", "b c", "--y=group",
				"--spring.profiles.active=prod,worker,web,edge");
	}

	private static JavaCommand command(List<String> classPath, List<String> program) throws IOException {
		OwnLaunch own = new OwnLaunch(Path.of("/jdk/bin/java"), List.of("-Xmx1g", "-Dpm.enabled=true", "-Xdebug"),
				classPath, program, List.of("b c", "--y=master", "--pm.master.port=1"), List.of("master", "prod"),
				Map.of("NOTIFY_SOCKET", "/run/systemd", "PATH", "/bin"));
		return JavaCommand.of(own, LAUNCH, WorkerForm.of(own, LAUNCH.program()), Path.of("/run/app"),
				Path.of("/run/app/control.sock"));
	}

}
