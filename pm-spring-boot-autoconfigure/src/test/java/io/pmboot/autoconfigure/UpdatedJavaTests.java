package io.pmboot.autoconfigure;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.example.job.JobApplication;
import io.pmboot.process.PrivateJdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A master whose Java is updated under it: real processes, on a JDK of their own.
 */
class UpdatedJavaTests {

	private static final String READY = "jobs-0 \\(generation \\d+, pid (\\d+)\\) is ready";

	@TempDir
	private Path temporary;

	@Test
	void workersComeBackOnTheNewOne() throws Exception {
		run(List.of(), (jdk, output, worker) -> {
			jdk.refuseToSpawn();
			jdk.updateJava();
			worker.destroyForcibly();
			ProcessHandle next = worker(await(output, READY));
			assertThat(next.pid()).isNotEqualTo(worker.pid());
			assertThat(Files.readSymbolicLink(Path.of("/proc", String.valueOf(next.pid()), "exe")))
				.isEqualTo(jdk.java());
		});
	}

	@Test
	void forkThatIsRefusedSaysWhyAndIsTriedAgain() throws Exception {
		run(List.of("-Djdk.lang.Process.launchMechanism=POSIX_SPAWN"), (jdk, output, worker) -> {
			Path helper = jdk.refuseToSpawn();
			worker.destroyForcibly();
			await(output, "jobs-0 .*FATAL.*(jspawnhelper.*Start the master again)");
			await(output, "jobs-0 .*FATAL.*(jspawnhelper.*Start the master again)");
			jdk.spawnAgain(helper);
			await(output, READY);
		});
	}

	private void run(List<String> options, Steps steps) throws Exception {
		try (PrivateJdk jdk = PrivateJdk.create(this.temporary.resolve("jdk"))) {
			run(jdk, options, steps);
		}
	}

	private void run(PrivateJdk jdk, List<String> options, Steps steps) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(jdk.java().toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), JobApplication.class.getName(),
				"--spring.profiles.active=master", "--pm.master.port=0", "--pm.groups.jobs.children=1",
				"--pm.groups.jobs.jvm-options=-XX:TieredStopAtLevel=1", "--logging.level.io.pmboot=info",
				"--pm.master.run-directory=" + this.temporary.resolve("run")));
		Process master = new ProcessBuilder(command).redirectErrorStream(true).start();
		CompletableFuture.delayedExecutor(100, TimeUnit.SECONDS).execute(master::destroyForcibly);
		try (BufferedReader output = master.inputReader()) {
			steps.take(jdk, output, worker(await(output, READY)));
		}
		finally {
			master.descendants().forEach(ProcessHandle::destroyForcibly);
			master.destroyForcibly();
		}
	}

	private static ProcessHandle worker(String pid) {
		return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
	}

	private static String await(BufferedReader output, String expected) throws Exception {
		Pattern pattern = Pattern.compile(expected);
		StringBuilder seen = new StringBuilder();
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			seen.append(line).append('\n');
			Matcher matcher = pattern.matcher(line);
			if (matcher.find()) {
				return matcher.group(1);
			}
		}
		throw new AssertionError("Ended without '%s':%n%s".formatted(expected, seen));
	}

	private interface Steps {

		void take(PrivateJdk jdk, BufferedReader output, ProcessHandle worker) throws Exception;

	}

}
