package io.pmboot.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.pmboot.test.FullOnly;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Emergency} in JVMs of their own, whose end is the point.
 */
class EmergencyTests {

	private Process process;

	@AfterEach
	void kill() {
		this.process.destroyForcibly();
	}

	@ParameterizedTest
	@CsvSource({ "thread, out of memory", "loop, event loop has ended" })
	void endsAtOnceAndSaysWhy(String what, String reason) throws Exception {
		start(what);
		assertThat(exitCode()).isEqualTo(Emergency.EXIT_CODE);
		String error = new String(this.process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(error).contains("The master ends at once, with exit code 70: ").contains(reason);
	}

	@FullOnly
	@Test
	void endsWhereEachErrorIsCaughtAndTheHeapStaysFull() throws Exception {
		endsAtOnceAndSaysWhy("swallowed", "out of memory");
	}

	@Test
	void endsThoughNobodyReadsItsOutput() throws Exception {
		start("blocked");
		assertThat(exitCode()).isEqualTo(Emergency.EXIT_CODE);
	}

	@Test
	void doesNothingOnceTheMasterEndsInGoodOrder() throws Exception {
		start("closed");
		assertThat(exitCode()).isZero();
	}

	private void start(String what) throws IOException {
		this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx16m",
				"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				EmergencyProgram.class.getName(), what)
			.start();
	}

	private int exitCode() throws InterruptedException {
		assertThat(this.process.waitFor(120, TimeUnit.SECONDS)).isTrue();
		return this.process.exitValue();
	}

}
