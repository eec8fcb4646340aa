package io.pmboot.autoconfigure;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

import com.example.job.JobApplication;
import com.example.job.PlainProgram;
import com.example.schedule.ScheduleApplication;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One real master whose groups run other programs than its own: another main class,
 * another jar, and programs that know nothing of a master. What is looked at is its
 * output.
 */
class OtherProgramsTests {

	private static final String SILENT = "it never spoke to the master";

	@TempDir
	private static Path temporary;

	private static final List<String> output = new ArrayList<>();

	private static int exitCode;

	@BeforeAll
	static void run() throws Exception {
		Process master = new ProcessBuilder(command()).redirectErrorStream(true).start();
		CompletableFuture.delayedExecutor(300, TimeUnit.SECONDS).execute(master::destroyForcibly);
		try (BufferedReader reader = master.inputReader()) {
			await(reader, List.of("migrating-0 .* is ready", "migrating-1 .* is ready", "jar-0 .* is ready",
					"Group 'ending' gives up .*", "Group 'silent' gives up .*"));
			// Of the handle, because that of the process closes its output.
			master.toHandle().destroy();
			reader.lines().forEach(output::add);
			exitCode = master.waitFor();
		}
		finally {
			master.descendants().forEach(ProcessHandle::destroyForcibly);
			master.destroyForcibly();
		}
	}

	@Test
	void anotherMainClassAndAnotherJarRunAsWorkers() {
		assertThat(output).anyMatch((line) -> line.contains("migrating-0 (generation 1, ") && line.endsWith("is ready"))
			.anyMatch((line) -> line.contains("jar-0 (generation 1, ") && line.endsWith("is ready"))
			.anyMatch((line) -> line.contains("jar-0") && line.contains("exited: REQUESTED, exit code 0"));
		assertThat(exitCode).as(String.join("\n", output)).isEqualTo(143);
	}

	@Test
	void oneWorkerAtATimeMigratesWhileItStarts() throws IOException {
		List<String> migrations = Files.readAllLines(migrations());
		assertThat(migrations).hasSize(4);
		String first = migrations.get(0).substring("begins in ".length());
		String second = first.equals("migrating-0") ? "migrating-1" : "migrating-0";
		assertThat(migrations).containsExactly("begins in " + first, "ends in " + first, "begins in " + second,
				"ends in " + second);
	}

	@Test
	void eachOfSeveralWorkersWarnsOfWhatIsScheduled() {
		assertThat(matching((line) -> line.contains("@Scheduled"))).hasSize(2)
			.allSatisfy((line) -> assertThat(line).contains("Group 'migrating' has 2 workers",
					"bean [report] (com.example.schedule.Report.send)"));
	}

	@Test
	void programThatEndsWithoutSpeakingIsAClearFailure() {
		assertThat(output).contains("plain program ending")
			.anyMatch((line) -> line.contains("ending-0") && line.endsWith("exited: FATAL, exit code 0; " + SILENT))
			.anyMatch((line) -> line.contains("Group 'ending' gives up") && line.endsWith("exit code 0; " + SILENT));
	}

	@Test
	void programThatLivesWithoutSpeakingIsEndedAndAClearFailure() {
		assertThat(output).anyMatch((line) -> line.contains("silent-0")
				&& line.endsWith("exited: FATAL, exit code 143 (SIGTERM); not ready within 5s; " + SILENT));
	}

	private static List<String> command() throws IOException {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), JobApplication.class.getName(),
				"--spring.profiles.active=master", "--spring.main.web-application-type=none",
				"--logging.level.io.pmboot=info", "--pm.master.run-directory=" + temporary.resolve("run")));
		group(command, "migrating", 2, "main-class=" + ScheduleApplication.class.getName(),
				"arguments[0]=--migration=" + migrations());
		group(command, "jar", 1, "application=" + jar(JobApplication.class));
		String plain = "application=" + jar(PlainProgram.class);
		group(command, "ending", 1, plain, "max-fatal-restart=1", "pause-after-fatal=1h");
		group(command, "silent", 1, plain, "max-fatal-restart=1", "pause-after-fatal=1h", "arguments[0]=--live",
				"start-timeout=5s");
		return command;
	}

	private static Path migrations() {
		return temporary.resolve("migrations");
	}

	private static void group(List<String> command, String name, int children, String... properties) {
		command.add("--pm.groups.%s.children=%d".formatted(name, children));
		Arrays.stream(properties).map((property) -> "--pm.groups." + name + "." + property).forEach(command::add);
	}

	// Like one that Boot's tools have extracted: its libraries stand beside it.
	private static Path jar(Class<?> mainClass) throws IOException {
		Manifest manifest = new Manifest();
		Attributes attributes = manifest.getMainAttributes();
		attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
		attributes.put(Attributes.Name.MAIN_CLASS, mainClass.getName());
		attributes.put(Attributes.Name.CLASS_PATH,
				Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
					.map((entry) -> Path.of(entry).toUri().toString())
					.collect(Collectors.joining(" ")));
		Path jar = temporary.resolve(mainClass.getSimpleName() + ".jar");
		try (JarOutputStream stream = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
			stream.putNextEntry(new ZipEntry("empty"));
		}
		return jar;
	}

	private static void await(BufferedReader reader, List<String> patterns) throws IOException {
		List<String> missing = new ArrayList<>(patterns);
		while (!missing.isEmpty()) {
			String line = reader.readLine();
			if (line == null) {
				throw new AssertionError("Ended without %s:%n%s".formatted(missing, String.join("\n", output)));
			}
			output.add(line);
			missing.removeIf((pattern) -> line.matches(".*" + pattern));
		}
	}

	private static List<String> matching(Predicate<String> condition) {
		return output.stream().filter(condition).toList();
	}

}
