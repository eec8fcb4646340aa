package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class JavaCommandTests {

	private static final WorkerLaunch LAUNCH = new WorkerLaunch("web", 1, 7, new WorkerLaunch.Program(List.of("edge"),
			List.of("-Xmx2g", "-Dx=group"), List.of("--y=group"), Map.of("A", "a")));

	@Test
	void classOnClassPath() throws IOException {
		assertThat(command(List.of("-cp", "/a:/b"), List.of("com.example.App")).line(null)).containsExactly(
				"/jdk/bin/java", "-Xmx1g", "-Dpm.enabled=true", "-XX:+ExitOnOutOfMemoryError",
				"--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
				"-Dpm.enabled=true", "-Dpm.worker.control-socket=/run/app/control.sock",
				"-Dpm.worker.run-directory=/run/app", "-cp", "/a:/b", "-Xmx2g", "-Dx=group", "com.example.App", "b c",
				"--y=group", "--spring.profiles.active=prod,worker,web,edge");
	}

	@Test
	void executableJar() throws IOException {
		assertThat(command(List.of(), List.of("-jar", "/my app.jar")).line(null)).doesNotContain("-cp")
			.containsSequence("-Xmx2g", "-Dx=group", "-jar", "/my app.jar", "b c");
	}

	@Test
	void groupsOptionsMayNameTheIndex() throws IOException {
		WorkerLaunch launch = new WorkerLaunch("web", 1, 7, new WorkerLaunch.Program(List.of(),
				List.of("-javaagent:/opt/jmx.jar=940%{index}:/opt/jmx.yml"), List.of("%{index}"), Map.of()));
		OwnLaunch own = new OwnLaunch(Path.of("/jdk/bin/java"), List.of(), List.of(), List.of("App"), List.of(),
				List.of(), Map.of());
		assertThat(JavaCommand
			.of(own, launch, LaunchForm.ofWorker(own, launch.program()), Path.of("/run"), Path.of("/run/c"))
			.line(null)).contains("-javaagent:/opt/jmx.jar=9401:/opt/jmx.yml", "%{index}");
	}

	@Test
	void shortOneNeedsNoArgumentFile() throws IOException {
		assertThat(command(List.of("-cp", "/a:/b"), List.of("com.example.App")).isLong()).isFalse();
	}

	@Test
	void longClassPathGoesIntoArgumentFileAndGroupsOptionsStillWin() throws IOException {
		JavaCommand command = command(List.of("-cp", "/a".repeat(60_000)), List.of("com.example.App"));
		assertThat(command.isLong()).isTrue();
		assertThat(command.options()).startsWith("-Xmx1g").endsWith("-cp", "/a".repeat(60_000));
		assertThat(command.line(Path.of("/run/app/web-1-7.args"))).containsExactly("/jdk/bin/java",
				"@/run/app/web-1-7.args", "-Xmx2g", "-Dx=group", "com.example.App", "b c", "--y=group",
				"--spring.profiles.active=prod,worker,web,edge");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-XX:+ExitOnOutOfMemoryError", "-XX:-ExitOnOutOfMemoryError",
			"-XX:+CrashOnOutOfMemoryError", "-XX:OnOutOfMemoryError=kill %p" })
	void whatHappensWithoutMemoryIsLeftToWhoeverSaysSo(String option) throws IOException {
		Map<String, String> variable = Map.of("JAVA_TOOL_OPTIONS", "-Xint \"" + option + "\"");
		assertThat(count(List.of(option), List.of(), Map.of(), Map.of())).isOne();
		assertThat(count(List.of(), List.of(option), Map.of(), Map.of())).isOne();
		assertThat(count(List.of(), List.of(), variable, Map.of())).isZero();
		assertThat(count(List.of(), List.of(), Map.of(), variable)).isZero();
		assertThat(count(List.of(), List.of("-XX:+HeapDumpOnOutOfMemoryError"), Map.of(), Map.of())).isOne();
	}

	// Options about it on the command line of a worker.
	private static long count(List<String> masters, List<String> groups, Map<String, String> mastersEnvironment,
			Map<String, String> groupsEnvironment) throws IOException {
		OwnLaunch own = new OwnLaunch(Path.of("/jdk/bin/java"), masters, List.of("-cp", "/a"), List.of("App"),
				List.of(), List.of("master"), mastersEnvironment);
		WorkerLaunch launch = new WorkerLaunch("web", 0, 1,
				new WorkerLaunch.Program(List.of(), groups, List.of(), groupsEnvironment));
		return JavaCommand
			.of(own, launch, LaunchForm.ofWorker(own, launch.program()), Path.of("/run/app"),
					Path.of("/run/app/control.sock"))
			.line(null)
			.stream()
			.filter((argument) -> argument.contains("OutOfMemoryError") && !argument.contains("HeapDump"))
			.count();
	}

	private static JavaCommand command(List<String> classPath, List<String> program) throws IOException {
		OwnLaunch own = new OwnLaunch(Path.of("/jdk/bin/java"), List.of("-Xmx1g", "-Dpm.enabled=true", "-Xdebug"),
				classPath, program, List.of("b c", "--y=master", "--pm.master.port=1"), List.of("master", "prod"),
				Map.of("NOTIFY_SOCKET", "/run/systemd", "PATH", "/bin"));
		return JavaCommand.of(own, LAUNCH, LaunchForm.ofWorker(own, LAUNCH.program()), Path.of("/run/app"),
				Path.of("/run/app/control.sock"));
	}

}
