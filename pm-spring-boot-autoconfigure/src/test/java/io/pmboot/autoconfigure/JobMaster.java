package io.pmboot.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.example.job.JobApplication;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real master with one worker, in a group {@code jobs}. What is looked at is its
 * output.
 */
final class JobMaster implements AutoCloseable {

	static final String READY = "jobs-0 \\(generation \\d+, pid (\\d+)\\) is ready";

	/** Half of what a pipe holds on Linux. */
	private static final int PIPE = 32 * 1024;

	private final Process process;

	private final BufferedReader output;

	private JobMaster(Process process) {
		this.process = process;
		this.output = process.inputReader();
		CompletableFuture.delayedExecutor(100, TimeUnit.SECONDS).execute(process::destroyForcibly);
	}

	static JobMaster start(Path java, List<String> options, Path runDirectory, Path directory, String... arguments)
			throws IOException {
		List<String> command = new ArrayList<>(List.of(java.toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), JobApplication.class.getName(),
				"--spring.profiles.active=master", "--pm.master.port=0", "--pm.groups.jobs.children=1",
				"--pm.groups.jobs.reload.observe=0s", "--pm.groups.jobs.jvm-options=-XX:TieredStopAtLevel=1",
				"--logging.level.io.pmboot=info", "--pm.master.run-directory=" + runDirectory));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
		builder.environment().put("PWD", directory.toString());
		return new JobMaster(builder.start());
	}

	static ProcessHandle worker(String pid) {
		return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
	}

	long pid() {
		return this.process.pid();
	}

	/**
	 * Waits for a line of the output.
	 * @param expected what it has to match, with a group
	 * @return the group
	 */
	String await(String expected) throws IOException {
		Pattern pattern = Pattern.compile(expected);
		StringBuilder seen = new StringBuilder();
		for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
			seen.append(line).append('\n');
			Matcher matcher = pattern.matcher(line);
			if (matcher.find()) {
				return matcher.group(1);
			}
		}
		throw new AssertionError("Ended without '%s':%n%s".formatted(expected, seen));
	}

	/** Waits until what it has printed stays unread: more comes than any pipe holds. */
	void awaitFullPipe() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.process.getInputStream().available() >= PIPE);
	}

	void signal(String name) throws Exception {
		new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
	}

	/**
	 * Waits for its exit; what it prints stays unread.
	 * @return the exit code
	 */
	int awaitExit() throws InterruptedException {
		assertThat(this.process.waitFor(60, TimeUnit.SECONDS)).as("it has exited").isTrue();
		return this.process.exitValue();
	}

	@Override
	public void close() throws IOException {
		this.process.descendants().forEach(ProcessHandle::destroyForcibly);
		this.process.destroyForcibly();
		this.output.close();
	}

}
