package io.pmboot.env;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.pmboot.StartFailedException;
import io.pmboot.env.RunDirectory.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link RunDirectory}.
 */
class RunDirectoryTests {

	private static final int SOMEBODY_ELSE = 65534;

	private final MockEnvironment environment = new MockEnvironment();

	@TempDir
	private Path temporary;

	@Test
	void isCreatedForTheOwnerAlone() throws IOException {
		Path path = this.temporary.resolve("a/b");
		try (RunDirectory directory = RunDirectory.open(path)) {
			assertThat(directory.path()).isEqualTo(path);
			assertThat(directory.controlSocket()).isEqualTo(path.resolve("control.sock"));
			assertThat(directory.previousMasterDied()).isFalse();
			for (Path created = path; !created.equals(this.temporary); created = created.getParent()) {
				assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created)))
					.isEqualTo("rwx------");
			}
			assertThat(path.resolve("master.lock")).hasContent(Long.toString(ProcessHandle.current().pid()));
			assertThat(path).isDirectoryNotContaining("glob:**probe*");
		}
		assertThat(path.resolve("master.lock")).isEmptyFile();
	}

	@Test
	void isUsedAgainAfterAnOrderlyEnd() {
		Path path = this.temporary.resolve("run");
		RunDirectory.open(path).close();
		try (RunDirectory directory = RunDirectory.open(path)) {
			assertThat(directory.previousMasterDied()).isFalse();
		}
	}

	@Test
	void closesTwice() {
		RunDirectory directory = RunDirectory.open(this.temporary.resolve("run"));
		directory.close();
		directory.close();
	}

	@Test
	void refusesALink() throws IOException {
		Path link = Files.createSymbolicLink(this.temporary.resolve("link"),
				Files.createDirectory(this.temporary.resolve("target"), ownerOnly()));
		assertRefused(link, Problem.NOT_A_DIRECTORY, "symbolic link");
		assertRefused(Files.createSymbolicLink(this.temporary.resolve("dangling"), this.temporary.resolve("nothing")),
				Problem.NOT_A_DIRECTORY, "symbolic link");
		assertThat(this.temporary.resolve("nothing")).doesNotExist();
	}

	@Test
	void refusesAFile() throws IOException {
		assertRefused(Files.createFile(this.temporary.resolve("file")), Problem.NOT_A_DIRECTORY, "not a directory");
	}

	@Test
	void refusesWhatOthersMayEnter() throws IOException {
		for (String permissions : new String[] { "rwxr-x---", "rwx-w----", "rwx-----x", "rwx---r--" }) {
			Path path = Files.createDirectory(this.temporary.resolve(permissions));
			Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
			assertRefused(path, Problem.OPEN_TO_OTHERS, permissions);
		}
	}

	@Test
	void refusesWhatOthersMayRename() throws IOException {
		Path above = Files.createDirectory(this.temporary.resolve("above"));
		for (int mode : new int[] { 0777, 0775 }) {
			Files.setAttribute(above, "unix:mode", mode);
			assertRefused(above.resolve("a/run"), Problem.OPEN_TO_OTHERS,
					"others may rename what is in '%s'".formatted(above));
		}
		Files.setAttribute(above, "unix:mode", 01777);
		RunDirectory.open(above.resolve("a/run")).close();
		Path link = Files.createSymbolicLink(this.temporary.resolve("link"), above);
		RunDirectory.open(link.resolve("a/run")).close();
		Files.setAttribute(above, "unix:mode", 0777);
		assertRefused(link.resolve("a/run"), Problem.OPEN_TO_OTHERS, "others may rename what is in ");
	}

	@Test
	void refusesWhatLiesInADirectoryOfSomebodyElse() throws IOException {
		Path above = Files.createDirectory(this.temporary.resolve("above"));
		assumeThat(Files.getAttribute(above, "unix:uid")).as("only root can give a directory away").isEqualTo(0);
		Files.setAttribute(above, "unix:uid", SOMEBODY_ELSE);
		assertRefused(above.resolve("run"), Problem.OPEN_TO_OTHERS,
				"others may rename what is in '%s'".formatted(above));
	}

	@Test
	void refusesSomebodyElses() throws IOException {
		assertRefused(somebodyElses(), Problem.NOT_OURS, "belongs to");
	}

	@Test
	void refusesAPathThatIsTooLongForASocket() {
		String longest = "/" + "x".repeat(107 - "/".length() - "/actuator.sock".length());
		assertRefused(Path.of(longest + "x"), Problem.TOO_LONG, "107 bytes");
		assertRefused(Path.of("/" + "é".repeat(60)), Problem.TOO_LONG, "107 bytes");
		assertThat(Path.of(longest + "x")).doesNotExist();
	}

	@Test
	void refusesWhatCannotBeCreated() {
		assertRefused(Path.of("/proc/nothing/run"), Problem.UNUSABLE, "/proc/nothing");
	}

	@Test
	void refusesASecondMasterOfThisJvmAndStaysLocked() throws Exception {
		Path path = this.temporary.resolve("run");
		try (RunDirectory directory = RunDirectory.open(path)) {
			assertRefused(directory.path(), Problem.IN_USE, "process " + ProcessHandle.current().pid());
			awaitCollectionOfGarbage();
			assertThat(open(path)).contains("another master uses it")
				.contains("process " + ProcessHandle.current().pid());
		}
	}

	@Test
	void isHeldAgainWhateverWasRemoved() throws Exception {
		Path path = this.temporary.resolve("run");
		Path lock = path.resolve("master.lock");
		try (RunDirectory directory = RunDirectory.open(path)) {
			FileTime written = Files.getLastModifiedTime(lock);
			directory.hold();
			assertThat(Files.getLastModifiedTime(lock)).isEqualTo(written);
			Files.delete(lock);
			directory.hold();
			assertThat(open(path)).contains("another master uses it")
				.contains("process " + ProcessHandle.current().pid());
			Files.move(lock, path.resolve("moved"));
			Files.createFile(lock);
			directory.hold();
			assertThat(open(path)).contains("another master uses it")
				.contains("process " + ProcessHandle.current().pid());
			FileSystemUtils.deleteRecursively(path);
			directory.hold();
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rwx------");
			assertThat(open(path)).contains("another master uses it");
			assertThat(directory.previousMasterDied()).isFalse();
		}
		assertThat(lock).isEmptyFile();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void isHeldAgainAsSoonAsNobodyElseHoldsIt(CapturedOutput output) throws Exception {
		Path path = this.temporary.resolve("run");
		try (RunDirectory directory = RunDirectory.open(path)) {
			Files.delete(path.resolve("master.lock"));
			Process second = fork(path, "hold");
			try {
				assertThat(second.inputReader().readLine()).isEqualTo("OPEN false");
				directory.hold();
				directory.hold();
				assertThat(output).containsOnlyOnce("cannot be made again")
					.contains("another master uses it, process " + second.pid());
			}
			finally {
				second.destroyForcibly();
			}
			assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
			directory.hold();
			assertThat(open(path)).contains("another master uses it")
				.contains("process " + ProcessHandle.current().pid());
		}
	}

	@Test
	void noticesThatThePreviousMasterWasKilled() throws Exception {
		Path path = this.temporary.resolve("run");
		Process master = fork(path, "hold");
		try {
			assertThat(master.inputReader().readLine()).isEqualTo("OPEN false");
			assertRefused(path, Problem.IN_USE, "process " + master.pid());
		}
		finally {
			master.destroyForcibly();
		}
		assertThat(master.waitFor(30, TimeUnit.SECONDS)).isTrue();
		try (RunDirectory directory = RunDirectory.open(path)) {
			assertThat(directory.previousMasterDied()).isTrue();
		}
		try (RunDirectory directory = RunDirectory.open(path)) {
			assertThat(directory.previousMasterDied()).isFalse();
		}
	}

	@Test
	void isTheFirstRuntimeDirectoryByDefault() {
		Path path = this.temporary.resolve("first");
		this.environment.setProperty("RUNTIME_DIRECTORY", path + ":/second");
		assertThat(openDefault()).isEqualTo(path);
	}

	@Test
	void isNamedByUserAndApplicationOtherwise() throws IOException {
		String before = System.setProperty("java.io.tmpdir", this.temporary.toString());
		try {
			Path ofUser = this.temporary.resolve("pm-" + System.getProperty("user.name"));
			assertThat(openDefault()).isEqualTo(ofUser.resolve("RunDirectoryTests"));
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ofUser))).isEqualTo("rwx------");
			this.environment.setProperty("spring.application.name", "../my shop");
			assertThat(openDefault()).isEqualTo(ofUser.resolve("_.._my_shop"));
			Files.setPosixFilePermissions(ofUser, PosixFilePermissions.fromString("rwxrwxrwx"));
			assertThatExceptionOfType(StartFailedException.class).isThrownBy(this::openDefault)
				.withMessageContaining("'" + ofUser + "'");
		}
		finally {
			System.setProperty("java.io.tmpdir", before);
		}
	}

	private Path openDefault() {
		try (RunDirectory directory = RunDirectory
			.open(RunDirectory.defaultPath(this.environment, RunDirectoryTests.class))) {
			return directory.path();
		}
	}

	private Path somebodyElses() throws IOException {
		Path own = Files.createDirectory(this.temporary.resolve("other"), ownerOnly());
		if (!Files.getAttribute(own, "unix:uid").equals(0)) {
			return Path.of("/usr");
		}
		Files.setAttribute(own, "unix:uid", SOMEBODY_ELSE, LinkOption.NOFOLLOW_LINKS);
		return own;
	}

	private static FileAttribute<?> ownerOnly() {
		return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
	}

	// Closes the files that nobody refers to.
	private static void awaitCollectionOfGarbage() throws Exception {
		CountDownLatch collected = new CountDownLatch(1);
		Cleaner cleaner = Cleaner.create();
		cleaner.register(new Object(), collected::countDown);
		while (!collected.await(10, TimeUnit.MILLISECONDS)) {
			System.gc();
		}
	}

	private static void assertRefused(Path path, Problem problem, String message) {
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> RunDirectory.open(path))
			.withMessageContaining("'" + path + "'")
			.withMessageContaining(message)
			.satisfies((ex) -> assertThat(ex.action()).isEqualTo(problem.action()).contains("pm.master.run-directory"));
	}

	private static String open(Path path) throws Exception {
		Process process = fork(path, "once");
		String output = new String(process.getInputStream().readAllBytes());
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		return output;
	}

	private static Process fork(Path path, String how) throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				OtherMaster.class.getName(), path.toString(), how)
			.redirectErrorStream(true)
			.start();
	}

	public static class OtherMaster {

		public static void main(String[] args) throws Exception {
			try {
				System.out.println("OPEN " + RunDirectory.open(Path.of(args[0])).previousMasterDied());
			}
			catch (StartFailedException ex) {
				System.out.println(ex.getMessage());
			}
			if (args[1].equals("hold")) {
				// Until the test kills it, or has gone itself
				System.in.read();
			}
		}

	}

}
