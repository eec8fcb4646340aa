package io.pmboot.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.pmboot.test.ApplicationJdk;
import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.FullOnly;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.GroupPart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The command in the jar of the application, with a master that was started from the same
 * jar. Each test leaves group {@code web} with one worker.
 */
class CommandIntegrationTests {

	@TempDir
	private static Path directory;

	private static Path jar;

	private static MasterProcess master;

	@BeforeAll
	static void start() throws Exception {
		// Other users may run the jar, too.
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		jar = Files.copy(ApplicationLaunch.jar(), directory.resolve("app.jar"));
		Path configuration = Files.createDirectory(directory.resolve("config"));
		master = Sample.ready((sample) -> sample.jar(jar)
			.property("pm.groups.web.children", 1)
			.property("spring.config.additional-location", "file:" + configuration + "/"));
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@Test
	void theStatusIsToldByTheMasterOfTheSameJar() throws Exception {
		Answer status = command("status");
		assertThat(status.exit()).as(status.toString()).isZero();
		assertThat(status.out()).startsWith("Master " + master.process().pid() + "\n")
			.containsPattern("(?m)^web +RUNNING +\\d+ +1/1 +" + master.port())
			.containsPattern("(?m)^web-0 +" + master.pids("web").get(0) + " +\\d+ +READY ");
		Answer json = command("status", "web", "--json");
		assertThat(JsonMapper.shared().readValue(json.out(), GroupPart.class).isComplete()).isTrue();
	}

	@Test
	void aReloadIsFollowedToItsEnd() throws Exception {
		int before = master.group("web").generation();
		Answer reload = command("reload", "web");
		assertThat(reload.exit()).as(reload.toString()).isZero();
		assertThat(reload.out()).contains("web-0 FORKED", "web-0 READY", "web-0 DRAINED", "COMPLETED after");
		assertThat(master.group("web").generation()).isGreaterThan(before);
	}

	@FullOnly
	@Test
	void aReloadThatFailsTellsItsCause() throws Exception {
		Path file = directory.resolve("config/application.properties");
		Files.writeString(file, "sample.fail-at-start=true");
		try {
			long pid = master.pids("web").get(0);
			Answer reload = command("reload", "web");
			assertThat(reload.exit()).as(reload.toString()).isEqualTo(1);
			assertThat(reload.out()).contains("web-0 FAILED", "FAILED after");
			assertThat(reload.err()).contains("FAILED: ", "exit code 1");
			assertThat(master.pids("web")).containsExactly(pid);
		}
		finally {
			Files.delete(file);
		}
	}

	@FullOnly
	@Test
	void operationsOnAGroup() throws Exception {
		Answer scaled = command("scale", "web", "2");
		assertThat(scaled.exit()).as(scaled.toString()).isZero();
		assertThat(scaled.out()).contains("/2 ");
		awaitWorkers(2);
		assertThat(command("scale", "web", "1").exit()).isZero();
		awaitWorkers(1);
		long pid = master.pids("web").get(0);
		assertThat(command("restart", "web", "0").exit()).isZero();
		master.awaitGroup("web", "restarted", (group) -> group.isComplete() && group.workers().get(0).pid() != pid);
		assertThat(command("stop", "web").out()).contains("STOPPED");
		master.awaitGroup("web", "empty", (group) -> group.workers().isEmpty());
		Answer refused = command("restart", "web");
		assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
		assertThat(refused.err()).contains("web");
		assertThat(command("start", "web").out()).contains("RUNNING");
		awaitWorkers(1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			status nowhere | 1 | There is no group 'nowhere'; there are:
			statsu         | 2 | There is no subcommand 'statsu'
			cancel web-99  | 1 | There is no reload 'web-99'
			""")
	void whatIsWrongIsTold(String line, int exit, String told) throws Exception {
		Answer answer = command(line.split(" "));
		assertThat(answer.exit()).as(answer.toString()).isEqualTo(exit);
		assertThat(answer.err()).contains(told);
		assertThat(answer.out()).isEmpty();
	}

	@FullOnly
	@Test
	void aMasterOfAnotherJarIsNotTaken() throws Exception {
		Path other = Files.copy(jar, directory.resolve("other.jar"));
		Answer answer = run(List.of(), List.of("-Djarmode=pm", "-jar", other.toString(), "stop", "web"));
		assertThat(answer.exit()).as(answer.toString()).isEqualTo(3);
		assertThat(answer.err()).contains("No master runs from " + other);
		String listed = "--run-directory=%s (process %d, ".formatted(master.runDirectory(), master.process().pid());
		assertThat(answer.err()).contains(listed + jar + ")");
	}

	@FullOnly
	@Test
	void anotherUserIsRefused() throws Exception {
		boolean root = Files.getAttribute(master.runDirectory(), "unix:uid").equals(0);
		Assumptions.assumeTrue(root, "needs root");
		Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
		List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
		List<String> search = List.of("-Djarmode=pm", "-jar", jar.toString(), "stop", "web");
		List<String> told = new ArrayList<>(search);
		told.add("--run-directory=" + master.runDirectory());
		Answer answer = run(asNobody, told);
		assertThat(answer.exit()).as(answer.toString()).isEqualTo(1);
		assertThat(answer.err()).contains("is another user's");
		answer = run(asNobody, search);
		assertThat(answer.exit()).as(answer.toString()).isEqualTo(3);
		assertThat(answer.err()).contains(master.runDirectory() + " (of another user)");
	}

	@Test
	void topLeavesTheTerminalAsItWas() throws Exception {
		Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script");
		String java = ApplicationJdk.java().toString();
		String top = String.join("' '", java, "-XX:TieredStopAtLevel=1", "-Djarmode=pm", "-jar", jar.toString(), "top");
		String line = "'" + top + "'; echo exit $?; stty -a";
		ProcessBuilder builder = new ProcessBuilder("script", "-qec", line, "/dev/null").redirectErrorStream(true);
		builder.environment().put("TERM", "xterm");
		try (ApplicationProcess terminal = new ApplicationProcess(builder.start(), "none")) {
			// It is read when the keys are taken.
			terminal.type("q");
			terminal.awaitExit();
			assertThat(terminal.output().awaitEnd(MasterProcess.TIMEOUT))
				.contains("\u001b[?1049h", "REQ/S", "web-0", "\u001b[?1049l", "exit 0")
				.containsPattern("[ ;]icanon")
				.containsPattern("[ ;]echo ");
		}
	}

	@FullOnly
	@Test
	void whatIsExtractedOrExplodedHasItToo() throws Exception {
		Path extracted = directory.resolve("extracted");
		String to = extracted.toString();
		List<String> tools = List.of("-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", to);
		assertThat(run(List.of(), tools).exit()).isZero();
		String runDirectory = "--run-directory=" + master.runDirectory();
		Path copy = extracted.resolve("app.jar");
		assertStatus(List.of("-Djarmode=pm", "-jar", copy.toString(), "status", runDirectory));
		assertStatus(List.of("-cp", copy.toString(), "io.pmboot.command.PmCommand", "status", runDirectory));
		Path exploded = Files.createDirectory(directory.resolve("exploded"));
		String unzip = ApplicationJdk.java().resolveSibling("jar").toString();
		ProcessBuilder builder = new ProcessBuilder(unzip, "xf", jar.toString()).directory(exploded.toFile());
		assertThat(builder.inheritIO().start().waitFor(MasterProcess.TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		String launcher = "org.springframework.boot.loader.launch.JarLauncher";
		assertStatus(List.of("-Djarmode=pm", "-cp", exploded.toString(), launcher, "status", runDirectory));
	}

	private static void assertStatus(List<String> line) throws Exception {
		Answer status = run(List.of(), line);
		assertThat(status.exit()).as(status.toString()).isZero();
		assertThat(status.out()).startsWith("Master " + master.process().pid() + "\n");
	}

	private static void awaitWorkers(int children) throws Exception {
		master.awaitGroup("web", "of " + children, (group) -> group.isComplete() && group.children() == children);
	}

	private static Answer command(String... arguments) throws Exception {
		List<String> line = new ArrayList<>(List.of("-Djarmode=pm", "-jar", jar.toString()));
		line.addAll(Arrays.asList(arguments));
		return run(List.of(), line);
	}

	private static Answer run(List<String> as, List<String> arguments) throws IOException, InterruptedException {
		List<String> line = new ArrayList<>(as);
		line.addAll(List.of(ApplicationJdk.java().toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		line.addAll(arguments);
		Path out = Files.createTempFile(directory, "out", null);
		Path err = Files.createTempFile(directory, "err", null);
		ProcessBuilder builder = new ProcessBuilder(line).redirectOutput(out.toFile())
			.redirectError(err.toFile())
			.directory(Path.of("/").toFile());
		builder.environment().keySet().removeIf((name) -> name.startsWith("PM_") || name.equals("RUNTIME_DIRECTORY"));
		Process process = builder.start();
		try {
			boolean ended = process.waitFor(MasterProcess.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(ended).as(Files.readString(out) + Files.readString(err)).isTrue();
			return new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
		}
		finally {
			process.destroyForcibly();
		}
	}

	/** How the command ended. */
	private record Answer(int exit, String out, String err) {
	}

}
