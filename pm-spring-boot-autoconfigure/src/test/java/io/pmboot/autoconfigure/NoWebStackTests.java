package io.pmboot.autoconfigure;

import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.job.JobApplication;
import io.pmboot.test.FullOnly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application without any web stack, as master and worker: real processes, on a class
 * path from which everything of the web is gone.
 */
@FullOnly
class NoWebStackTests {

	private static final Pattern WEB = Pattern.compile(
			"(tomcat|jetty|jakarta\\.servlet|spring-web|spring-security|reactor|spring-boot-(tomcat|web|servlet|security|http|reactor))[a-z-]*-[0-9].*\\.jar");

	@TempDir
	private Path temporary;

	@Test
	void masterAndWorkersStayReloadAndStop() throws Exception {
		Process master = new ProcessBuilder(command()).redirectErrorStream(true).start();
		List<ProcessHandle> workers = new ArrayList<>();
		CompletableFuture.delayedExecutor(100, TimeUnit.SECONDS).execute(master::destroyForcibly);
		try (BufferedReader output = master.inputReader()) {
			workers.add(worker(await(output, "jobs-0 \\(generation 1, pid (\\d+)\\) is ready")));
			assertThat(workers.get(0).isAlive()).isTrue();
			new ProcessBuilder("kill", "-USR1", Long.toString(master.pid())).start().waitFor();
			workers.add(worker(await(output, "jobs-0 \\(generation 2, pid (\\d+)\\) is ready")));
			await(output, "(Reload jobs-2: COMPLETED)");
			assertThat(workers.get(0).isAlive()).isFalse();
			// Of the handle, because that of the process closes its output.
			master.toHandle().destroy();
			await(output, "(jobs-0 \\(generation 2, pid \\d+\\) exited: REQUESTED, exit code 0)");
			assertThat(master.waitFor()).isEqualTo(143);
			assertThat(workers.get(1).isAlive()).isFalse();
		}
		finally {
			workers.forEach(ProcessHandle::destroyForcibly);
			master.descendants().forEach(ProcessHandle::destroyForcibly);
			master.destroyForcibly();
		}
	}

	private List<String> command() {
		String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !WEB.matcher(Path.of(entry).getFileName().toString()).matches())
			.collect(Collectors.joining(File.pathSeparator));
		return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", classPath, JobApplication.class.getName(), "--spring.profiles.active=master",
				"--pm.groups.jobs.children=1", "--pm.groups.jobs.reload.observe=0s",
				"--pm.groups.jobs.jvm-options=-XX:TieredStopAtLevel=1", "--logging.level.io.pmboot=info",
				"--pm.master.run-directory=" + this.temporary.resolve("run"));
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

}
