package io.pmboot.env;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link FileLane}, among several JVMs.
 */
@Timeout(120)
class FileLaneTests {

	@TempDir
	private Path directory;

	private final List<Process> processes = new ArrayList<>();

	@AfterEach
	void end() {
		this.processes.forEach(Process::destroyForcibly);
	}

	@Test
	void aJvmHasOneLaneOfASlot() throws Exception {
		assertThat(FileLane.take(this.directory, "web", 0)).isZero();
		assertThat(FileLane.take(this.directory, "web", 0)).isZero();
		assertThat(FileLane.take(this.directory, "web", 1)).isZero();
		assertThat(FileLane.take(this.directory, "jobs", 0)).isZero();
		assertThat(Files.getPosixFilePermissions(this.directory.resolve("web-0.lane0")))
			.isEqualTo(PosixFilePermissions.fromString("rw-------"));
	}

	@Test
	void noTwoJvmsHaveTheSameLane() throws Exception {
		assertThat(FileLane.take(this.directory, "web", 0)).isZero();
		Process second = fork();
		assertThat(lane(second)).isEqualTo("1");
		assertThat(lane(fork())).isEqualTo("2");
		second.destroyForcibly();
		assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(lane(fork())).isEqualTo("1");
	}

	@Test
	void aDirectoryThatIsMissingIsAFailure() {
		assertThatIOException().isThrownBy(() -> FileLane.take(this.directory.resolve("missing"), "web", 0));
	}

	private Process fork() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Taker.class.getName(), this.directory.toString())
			.redirectErrorStream(true)
			.start();
		this.processes.add(process);
		return process;
	}

	private static String lane(Process process) throws Exception {
		BufferedReader output = process.inputReader();
		return output.readLine();
	}

	/**
	 * Takes a lane and keeps it until it is killed.
	 */
	public static final class Taker {

		private Taker() {
		}

		public static void main(String[] args) throws Exception {
			System.out.println(FileLane.take(Path.of(args[0]), "web", 0));
			System.in.read();
		}

	}

}
