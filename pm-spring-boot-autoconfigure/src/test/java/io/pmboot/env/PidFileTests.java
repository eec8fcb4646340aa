package io.pmboot.env;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.pmboot.StartFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PidFile}.
 */
class PidFileTests {

	private static final String PID = Long.toString(ProcessHandle.current().pid());

	@TempDir
	private Path directory;

	@Test
	void holdsThePidAndGoesWithTheMaster() {
		Path file = this.directory.resolve("a/b/app.pid");
		PidFile held = PidFile.write(file);
		assertThat(file).hasContent(PID + "\n");
		held.close();
		assertThat(file).doesNotExist();
		held.close();
	}

	@Test
	void takesThePlaceOfOneThatIsLeftOver() throws IOException {
		Path file = Files.writeString(this.directory.resolve("app.pid"), "12345678901");
		try (PidFile held = PidFile.write(file)) {
			assertThat(held).isNotNull();
			assertThat(file).hasContent(PID + "\n");
		}
		Files.writeString(file, "");
		PidFile.write(file).close();
		assertThat(file).doesNotExist();
	}

	@Test
	void staysWhenItHoldsAnotherPid() throws IOException {
		Path file = this.directory.resolve("app.pid");
		PidFile held = PidFile.write(file);
		Files.writeString(file, "4711\n");
		held.close();
		assertThat(file).hasContent("4711\n");
	}

	@Test
	void staysWhenAnotherFileTookItsPlace() throws IOException {
		Path file = this.directory.resolve("app.pid");
		PidFile held = PidFile.write(file);
		Files.move(Files.writeString(this.directory.resolve("other"), PID + "\n"), file.resolveSibling("x"));
		Files.delete(file);
		Files.move(file.resolveSibling("x"), file);
		held.close();
		assertThat(file).exists();
		Files.delete(file);
		Files.createDirectory(file);
		held.close();
		assertThat(file).isDirectory();
	}

	@Test
	void isWhereItsPathLeadsAfterALinkWasSwitched() throws IOException {
		Path first = Files.createDirectory(this.directory.resolve("1"));
		Path second = Files.createDirectory(this.directory.resolve("2"));
		Path current = Files.createSymbolicLink(this.directory.resolve("current"), first);
		PidFile held = PidFile.write(current.resolve("app.pid"));
		Files.delete(current);
		held.hold();
		// It would be in the way of the link.
		assertThat(current).doesNotExist();
		assertThat(first.resolve("app.pid")).hasContent(PID + "\n");
		Files.createSymbolicLink(current, second);
		held.hold();
		assertThat(second.resolve("app.pid")).hasContent(PID + "\n");
		assertThat(first).isEmptyDirectory();
		Files.delete(second.resolve("app.pid"));
		held.hold();
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> PidFile.write(second.resolve("app.pid")))
			.withMessageContaining("another master holds it, process " + PID);
		held.close();
		assertThat(second).isEmptyDirectory();
		held.hold();
		assertThat(second).isEmptyDirectory();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void staysWhereItIsWhileAnotherMasterHoldsTheOtherPlace(CapturedOutput output) throws IOException {
		Path first = Files.createDirectory(this.directory.resolve("1"));
		Path second = Files.createDirectory(this.directory.resolve("2"));
		Path current = Files.createSymbolicLink(this.directory.resolve("current"), first);
		try (PidFile held = PidFile.write(current.resolve("app.pid"));
				PidFile other = PidFile.write(second.resolve("app.pid"))) {
			Files.delete(current);
			Files.createSymbolicLink(current, second);
			held.hold();
			held.hold();
			assertThat(output).containsOnlyOnce("another master holds it, process " + PID);
			assertThat(first.resolve("app.pid")).hasContent(PID + "\n");
			assertThat(other).isNotNull();
		}
	}

	@Test
	void secondMasterIsRefusedWithTheFirstOnesPid() {
		Path file = this.directory.resolve("app.pid");
		try (PidFile first = PidFile.write(file)) {
			assertThat(first).isNotNull();
			assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> PidFile.write(file))
				.withMessageContaining(file.toString())
				.withMessageContaining("another master holds it, process " + PID)
				.satisfies((ex) -> assertThat(ex.action()).contains("pm.master.pid-file"));
			assertThat(file).exists();
		}
	}

	@Test
	void lockHoldsAmongProcessesAndEndsWithThem() throws Exception {
		Path file = this.directory.resolve("app.pid");
		Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Holder.class.getName(), file.toString())
			.redirectErrorStream(true)
			.start();
		try {
			assertThat(other.inputReader().readLine()).isEqualTo("held");
			assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> PidFile.write(file))
				.withMessageContaining("process " + other.pid());
			other.destroyForcibly();
			assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
			PidFile.write(file).close();
		}
		finally {
			other.destroyForcibly();
		}
	}

	@Test
	void linkIsRefused() throws IOException {
		Path target = Files.writeString(this.directory.resolve("target"), "");
		Path link = Files.createSymbolicLink(this.directory.resolve("app.pid"), target);
		refused(link, "it is a symbolic link");
		assertThat(target).isEmptyFile();
	}

	@Test
	void directoryIsRefused() throws IOException {
		refused(Files.createDirectory(this.directory.resolve("app.pid")), "it is a directory");
	}

	@Test
	void fileWithSomethingElseIsRefusedAndLeft() throws IOException {
		Path file = Files.writeString(this.directory.resolve("app.pid"), "listen=8080");
		refused(file, "there is something else in it");
		assertThat(file).hasContent("listen=8080");
	}

	@Test
	void folderThatCannotBeMadeIsRefused() throws IOException {
		Path file = Files.writeString(this.directory.resolve("file"), "");
		refused(file.resolve("app.pid"), "file");
	}

	private static void refused(Path file, String reason) {
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> PidFile.write(file))
			.withMessageContaining(file.toString())
			.withMessageContaining(reason)
			.satisfies((ex) -> assertThat(ex.action()).contains("pm.master.pid-file"));
	}

	/**
	 * Another process that holds a pid file.
	 */
	public static final class Holder {

		private Holder() {
		}

		public static void main(String[] args) throws IOException {
			PidFile held = PidFile.write(Path.of(args[0]));
			System.out.println("held");
			System.in.read();
			held.close();
		}

	}

}
