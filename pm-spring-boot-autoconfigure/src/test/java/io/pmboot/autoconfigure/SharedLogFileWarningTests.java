package io.pmboot.autoconfigure;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SharedLogFileWarning}, with another process that is a real one.
 */
@ExtendWith(OutputCaptureExtension.class)
class SharedLogFileWarningTests {

	@TempDir
	private Path directory;

	@Test
	void namesTheFileThatBothAppendToAndSaysWhatToDo(CapturedOutput output) throws Exception {
		long other = look("app.log", true, "app.log");
		assertThat(output.getOut().lines().filter((line) -> line.contains("both write"))).singleElement()
			.satisfies((line) -> assertThat(line).contains("process " + other + " of the same master")
				.contains(this.directory.resolve("app.log").toRealPath().toString())
				.contains("logging.file.name", "${LOG_FILE}", "${sys:LOG_FILE}"));
	}

	@Test
	void saysNothingOfAFileThatIsOneProcesss(CapturedOutput output) throws Exception {
		look("app-web-0.log", true, "app-web-1.log");
		assertThat(output).doesNotContain("both write");
	}

	@Test
	void saysNothingOfAFileThatIsNoLog(CapturedOutput output) throws Exception {
		look("data", false, "data");
		assertThat(output).doesNotContain("both write");
	}

	@Test
	void aProcessThatIsGoneIsNoHarm(CapturedOutput output) throws Exception {
		try (FileOutputStream own = new FileOutputStream(this.directory.resolve("app.log").toFile(), true)) {
			assertThat(own.getFD().valid()).isTrue();
			new SharedLogFileWarning(new Findings(new MockEnvironment(), null)).warn(List.of(Long.MAX_VALUE));
		}
		assertThat(output).doesNotContain("both write");
	}

	private long look(String ownFile, boolean append, String othersFile) throws IOException, InterruptedException {
		Process other = new ProcessBuilder("sh", "-c", "echo open; exec sleep 60")
			.redirectError(ProcessBuilder.Redirect.appendTo(this.directory.resolve(othersFile).toFile()))
			.start();
		try (FileOutputStream own = new FileOutputStream(this.directory.resolve(ownFile).toFile(), append)) {
			assertThat(own.getFD().valid()).isTrue();
			assertThat(other.inputReader().readLine()).isEqualTo("open");
			new SharedLogFileWarning(new Findings(new MockEnvironment(), null)).warn(List.of(other.pid()));
			return other.pid();
		}
		finally {
			other.destroyForcibly().waitFor();
		}
	}

}
