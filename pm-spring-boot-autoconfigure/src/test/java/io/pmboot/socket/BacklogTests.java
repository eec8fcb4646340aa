package io.pmboot.socket;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Backlog}.
 */
class BacklogTests {

	@TempDir
	Path folder;

	@ParameterizedTest
	@CsvSource({ "'128\n', 128", "65535, 65535", "'', 4096", "many, 4096", "0, 4096", "-5, 4096" })
	void readsTheSystemsMaximum(String content, int expected) throws Exception {
		assertThat(Backlog.read(Files.writeString(this.folder.resolve("somaxconn"), content))).isEqualTo(expected);
	}

	@Test
	void isWhatTheKernelSays() throws Exception {
		Process sysctl = new ProcessBuilder("cat", "/proc/sys/net/core/somaxconn").start();
		assertThat(Backlog.maximum()).hasToString(new String(sysctl.getInputStream().readAllBytes()).trim());
	}

	@Test
	void fallsBackWhereThereIsNone() {
		assertThat(Backlog.read(this.folder.resolve("none"))).isEqualTo(Backlog.FALLBACK);
	}

}
