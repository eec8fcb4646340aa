package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class WorkingDirectoryTests {

	private static final Path PHYSICAL = Path.of("").toAbsolutePath();

	@TempDir
	private Path directory;

	@Test
	void pathThatItsUserKnowsCounts() throws IOException {
		Path link = Files.createSymbolicLink(this.directory.resolve("current"), PHYSICAL);
		WorkingDirectory working = WorkingDirectory.of(link.toString());
		assertThat(working).hasToString(link.toString());
		assertThat(working.resolve(Path.of("app.jar"))).isEqualTo(link.resolve("app.jar"));
		assertThat(working.resolve(this.directory)).isEqualTo(this.directory);
	}

	@Test
	void variableThatNamesAnotherDirectoryDoesNot() {
		assertThat(WorkingDirectory.of(this.directory.toString())).hasToString(PHYSICAL.toString());
		assertThat(WorkingDirectory.of(this.directory + "/none")).hasToString(PHYSICAL.toString());
		assertThat(WorkingDirectory.of(".")).hasToString(PHYSICAL.toString());
		assertThat(WorkingDirectory.of(null)).hasToString(PHYSICAL.toString());
	}

	@Test
	void whereItIsGoneAnotherTakesItsPlace() throws IOException {
		Path first = Files.createDirectory(this.directory.resolve("1"));
		Path link = Files.createSymbolicLink(this.directory.resolve("current"), first);
		WorkingDirectory working = new WorkingDirectory(link, first);
		assertThat(working.existing(this.directory)).isEqualTo(link);
		Files.delete(link);
		assertThat(working.existing(this.directory)).isEqualTo(first);
		Files.delete(first);
		assertThat(working.existing(this.directory)).isEqualTo(this.directory);
	}

}
