package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class ArgumentFileTests {

	@TempDir
	private Path directory;

	@Test
	void quotesEveryArgumentOnALineOfItsOwn() throws IOException {
		Path file = this.directory.resolve("web-0-1.args");
		JavaCommand.writeArguments(file, List.of("-Da=b c", "", "# no comment", "q\"\\", "l\nr\rt\tf\f"));
		assertThat(file).content()
			.isEqualTo("\"-Da=b c\"\n\"\"\n\"# no comment\"\n\"q\\\"\\\\\"\n\"l\\nr\\rt\\tf\\f\"\n");
	}

	@Test
	void onlyTheOwnerMayReadIt() throws IOException {
		Path file = this.directory.resolve("web-0-1.args");
		Files.writeString(file, "left over");
		JavaCommand.writeArguments(file, List.of("-ea"));
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		assertThat(file).content().isEqualTo("\"-ea\"\n");
	}

	@Test
	void saysWhatCannotBeWritten() {
		Path file = this.directory.resolve("none/web-0-1.args");
		assertThatIOException().isThrownBy(() -> JavaCommand.writeArguments(file, List.of("-ea")))
			.withMessageContaining(file.toString());
	}

}
