package io.pmboot.process;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link OutputFile}, by {@link MasterOutput} and by a JVM whose output it is.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class OutputFileTests {

	@TempDir
	private Path directory;

	private Path file;

	private FileOutputStream descriptor;

	@BeforeEach
	void open() throws IOException {
		this.file = this.directory.resolve("app.out");
		this.descriptor = new FileOutputStream(this.file.toFile(), true);
	}

	@AfterEach
	void close() throws IOException {
		this.descriptor.close();
	}

	@Test
	void theNextLineGoesToTheFileThatHasTheName() throws IOException {
		MasterOutput output = output(Duration.ofSeconds(50));
		print(output, "before");
		rotate(1);
		print(output, "between");
		Files.createFile(this.file);
		print(output, "after");
		assertThat(rotated(1)).hasContent("before\nbetween");
		assertThat(this.file).hasContent("after");
		rotate(2);
		Files.createFile(this.file);
		print(output, "later");
		assertThat(rotated(2)).hasContent("after");
		assertThat(this.file).hasContent("later");
	}

	@Test
	void aFileThatNobodyMakesIsMadeWithTheRightsOfTheLast() throws IOException {
		Files.setPosixFilePermissions(this.file, PosixFilePermissions.fromString("rw-r-----"));
		MasterOutput output = output(Duration.ZERO);
		rotate(1);
		print(output, "first");
		print(output, "second");
		print(output, "third");
		assertThat(rotated(1)).hasContent("first");
		assertThat(this.file).hasContent("second\nthird");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.file))).isEqualTo("rw-r-----");
	}

	@Test
	void aLineIsInOneFile() throws IOException {
		MasterOutput output = output(Duration.ZERO);
		output.stream().print("one ");
		output.end();
		rotate(1);
		Files.createFile(this.file);
		print(output, "line");
		print(output, "next");
		assertThat(rotated(1)).hasContent("one line");
		assertThat(this.file).hasContent("next");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aFileThatWasCutIsWrittenFromItsBeginning(boolean appends) throws IOException {
		try (FileOutputStream target = new FileOutputStream(this.file.toFile(), appends)) {
			MasterOutput output = new MasterOutput(target, new OutputFile(this.file, Duration.ofSeconds(50)),
					StandardCharsets.UTF_8, Duration.ofSeconds(5));
			print(output, "before");
			Files.newOutputStream(this.file).close();
			print(output, "after");
			print(output, "later");
		}
		assertThat(this.file).hasContent("after\nlater");
	}

	@Test
	void whatCannotBeOpenedIsToldOnceAndTheOldFileWrittenOn(CapturedOutput log) throws IOException {
		MasterOutput output = output(Duration.ZERO);
		rotate(1);
		Path secret = Files.createFile(this.directory.resolve("secret"));
		Files.createSymbolicLink(this.file, secret);
		print(output, "first");
		print(output, "second");
		assertThat(rotated(1)).hasContent("first\nsecond");
		assertThat(secret).isEmptyFile();
		assertThat(log).containsOnlyOnce(this.file + " was renamed or replaced, and cannot be opened anew: ");
		Files.delete(this.file);
		Files.createFile(this.file);
		print(output, "third");
		assertThat(this.file).hasContent("third");
	}

	@Test
	void noLineIsLostOrTornByManyRotations() throws Exception {
		MasterOutput output = output(Duration.ofSeconds(50));
		Thread worker = new Thread(() -> IntStream.range(0, 20_000).forEach((i) -> {
			byte[] line = ("worker " + i + "\n").getBytes(StandardCharsets.UTF_8);
			output.write(line, line.length, () -> true);
		}));
		worker.start();
		int rotations = 0;
		for (int i = 0; i < 20_000; i++) {
			output.stream().println("master " + i);
			if (i % 1000 == 500) {
				rotate(++rotations);
				Files.createFile(this.file);
			}
		}
		worker.join();
		output.end();
		List<String> lines = new ArrayList<>(Files.readAllLines(this.file));
		for (int i = 1; i <= rotations; i++) {
			lines.addAll(Files.readAllLines(rotated(i)));
		}
		assertThat(lines.stream().sorted().toList()).isEqualTo(Stream.of("master ", "worker ")
			.flatMap((who) -> IntStream.range(0, 20_000).mapToObj((i) -> who + i))
			.sorted()
			.toList());
		assertThat(Files.size(this.file)).isPositive();
	}

	@Test
	void aJvmFindsTheFilesOfItsOutputs() throws Exception {
		Path errors = Files.createFile(this.directory.resolve("app.err"));
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				FixtureProgram.class.getName(), "output")
			.redirectOutput(ProcessBuilder.Redirect.appendTo(this.file.toFile()))
			.redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
			.start();
		PrintStream lines = new PrintStream(process.getOutputStream(), true);
		try {
			lines.println("before");
			await().until(() -> Files.size(this.file) > 0 && Files.size(errors) > 0);
			rotate(1);
			Files.move(errors, this.directory.resolve("app.err.1"));
			Files.createFile(this.file);
			Files.createFile(errors);
			lines.println("after");
			lines.close();
			assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
			assertThat(rotated(1)).hasContent("before");
			assertThat(this.file).hasContent("after");
			assertThat(this.directory.resolve("app.err.1")).hasContent("before");
			// The last line waits for no other.
			assertThat(Files.readAllLines(errors)).containsExactlyInAnyOrder("after", "last line");
		}
		finally {
			process.destroyForcibly();
		}
	}

	private MasterOutput output(Duration patience) throws IOException {
		return new MasterOutput(this.descriptor, new OutputFile(this.file, patience), StandardCharsets.UTF_8,
				Duration.ofSeconds(5));
	}

	private static void print(MasterOutput output, String line) {
		output.stream().println(line);
		output.end();
	}

	private void rotate(int number) throws IOException {
		Files.move(this.file, rotated(number));
	}

	private Path rotated(int number) {
		return this.directory.resolve("app.out." + number);
	}

}
