package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MasterCopy.Main}, in a JVM of its own, which ends in each case.
 */
class MasterMainTests {

	@TempDir
	private Path directory;

	@Test
	void theJvmEndsWithTheLastThreadOfTheSecondMain() throws Exception {
		assertThat(run(0, "thread", "a b", "")).isEqualTo("Outlived main with [thread, a b, ]\n");
	}

	@Test
	void whatTheSecondMainThrowsIsTheJvmsFailure() throws Exception {
		assertThat(run(1, "thrown")).startsWith("Exception in thread \"main\" java.lang.IllegalStateException: thrown")
			.doesNotContain("went on");
	}

	private String run(int exitCode, String... arguments) throws IOException, InterruptedException {
		List<String> line = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-cp", System.getProperty("java.class.path"), FixtureRestart.class.getName(), "first"));
		line.addAll(List.of(arguments));
		Path output = this.directory.resolve("output");
		Process process = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(exitCode);
		return Files.readString(output);
	}

}
