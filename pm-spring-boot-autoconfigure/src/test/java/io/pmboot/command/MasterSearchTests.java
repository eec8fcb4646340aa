package io.pmboot.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.pmboot.command.MasterSearch.Program;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MasterSearch} with what the kernel would tell.
 */
class MasterSearchTests {

	@TempDir
	private Path directory;

	private Path proc;

	private final StringBuilder sockets = new StringBuilder("Num       RefCount Protocol Flags    Type St Inode Path\n"
			+ "0000000000000000: 00000002 00000000 00010000 0001 01 1 /run/another.sock\n"
			+ "0000000000000000: 00000003 00000000 00000000 0001 03 2\n");

	@BeforeEach
	void prepare() throws Exception {
		this.proc = Files.createDirectories(this.directory.resolve("proc"));
		Files.createDirectories(this.proc.resolve("net"));
		Files.createFile(this.directory.resolve("app.jar"));
		Files.createFile(this.directory.resolve("other.jar"));
	}

	@Test
	void theMasterOfTheSameJarIsFound() throws Exception {
		Path runDirectory = master(4711, "java\0-Xmx64m\0-jar\0app.jar\0--spring.profiles.active=master\0", "");
		master(4712, "java\0-jar\0other.jar\0", "");
		assertThat(search("app.jar").find(null).runDirectory()).isEqualTo(runDirectory);
		assertThat(search("app.jar").find(null).pid()).isEqualTo(4711);
	}

	@ParameterizedTest
	@CsvSource({ "-cp,lib.jar,lib.jar:other.jar", "--class-path,lib.jar,lib.jar", "-classpath,lib.jar,lib.jar" })
	void theFirstOnTheClassPathTells(String option, String own, String classPath) throws Exception {
		Path runDirectory = master(4711, "java\0%s\0%s\0app.Main\0".formatted(option, classPath), "");
		assertThat(search(own).find(null).runDirectory()).isEqualTo(runDirectory);
	}

	@Test
	void aLinkThatLeadsElsewhereSinceIsFollowed() throws Exception {
		Path before = Files.createDirectories(this.directory.resolve("releases/1"));
		Path after = Files.createDirectories(this.directory.resolve("releases/2"));
		Files.createFile(after.resolve("app.jar"));
		Path current = Files.createSymbolicLink(this.directory.resolve("current"), after);
		Path runDirectory = master(4711, "java\0-jar\0app.jar\0", "HOME=/root\0PWD=" + current + "\0", before);
		MasterSearch search = new MasterSearch(this.proc, (name) -> null, new Program("app.jar", List.of(after)));
		assertThat(search.find(null).runDirectory()).isEqualTo(runDirectory);
	}

	@Test
	void whatIsNotFoundIsListed() throws Exception {
		Path other = master(4712, "java\0-jar\0other.jar\0", "");
		assertThatExceptionOfType(CommandException.class).isThrownBy(() -> search("app.jar").find(null))
			.withMessageContaining("No master runs from %s/app.jar".formatted(this.directory))
			.withMessageContaining(this.proc + "/net/unix")
			.withMessageContaining("  --run-directory=%s (process 4712, %s/other.jar)".formatted(other, this.directory))
			.matches((ex) -> ex.code() == ExitCode.NO_MASTER);
	}

	@Test
	void noMasterAtAll() throws Exception {
		Files.writeString(this.proc.resolve("net/unix"), this.sockets);
		assertThatExceptionOfType(CommandException.class).isThrownBy(() -> search("app.jar").find(null))
			.withMessageContaining("No other master runs here")
			.matches((ex) -> ex.code() == ExitCode.NO_MASTER);
	}

	@Test
	void aMasterWhoseProcessTellsNothingIsAnothers() throws Exception {
		Path foreign = this.directory.resolve("foreign");
		listen(foreign);
		assertThatExceptionOfType(CommandException.class).isThrownBy(() -> search("app.jar").find(null))
			.withMessageContaining("  --run-directory=%s (of another user)".formatted(foreign));
	}

	@Test
	void ofTwoOneHasToBeNamed() throws Exception {
		Path one = master(4711, "java\0-jar\0app.jar\0", "");
		Path two = master(4712, "java\0-jar\0%s/app.jar\0".formatted(this.directory), "");
		assertThatExceptionOfType(CommandException.class).isThrownBy(() -> search("app.jar").find(null))
			.withMessageContaining("2 masters run from")
			.withMessageContaining("--run-directory=" + one)
			.withMessageContaining("--run-directory=" + two)
			.matches((ex) -> ex.code() == ExitCode.NO_MASTER);
	}

	@ParameterizedTest
	@CsvSource({ "PM_MASTER_RUN_DIRECTORY,/run/app", "PM_MASTER_RUNDIRECTORY,/run/app" })
	void aVariableTells(String variable, String value) throws Exception {
		MasterSearch search = new MasterSearch(this.proc, Map.of(variable, value)::get, own("app.jar"));
		assertThat(search.find(null)).isEqualTo(new MasterSearch.Found(Path.of("/run/app"), "$" + variable));
	}

	@Test
	void theUnitsDirectoryTellsWhereAMasterIsInIt() throws Exception {
		Path run = Files.createDirectory(this.directory.resolve("unit"));
		MasterSearch search = new MasterSearch(this.proc, Map.of("RUNTIME_DIRECTORY", run + ":/run/b")::get,
				own("app.jar"));
		// That of an agent, which is a unit of its own.
		assertThatExceptionOfType(CommandException.class).isThrownBy(() -> search.find(null))
			.matches((ex) -> ex.code() == ExitCode.NO_MASTER);
		Files.writeString(run.resolve("master.lock"), "4711");
		assertThat(search.find(null)).isEqualTo(new MasterSearch.Found(run, "$RUNTIME_DIRECTORY"));
	}

	@Test
	void whatIsGivenWins() throws Exception {
		MasterSearch search = new MasterSearch(this.proc, Map.of("RUNTIME_DIRECTORY", "/run/app")::get, own("app.jar"));
		assertThat(search.find("/run/other").runDirectory()).isEqualTo(Path.of("/run/other"));
	}

	private MasterSearch search(String ownJar) {
		return new MasterSearch(this.proc, (name) -> null, own(ownJar));
	}

	private Program own(String jar) {
		return new Program(jar, List.of(this.directory));
	}

	private Path master(long pid, String line, String environment) throws Exception {
		return master(pid, line, environment, this.directory);
	}

	private Path master(long pid, String line, String environment, Path workingDirectory) throws Exception {
		Path process = Files.createDirectory(this.proc.resolve(Long.toString(pid)));
		Files.writeString(process.resolve("cmdline"), line);
		Files.writeString(process.resolve("environ"), environment);
		Files.createSymbolicLink(process.resolve("cwd"), workingDirectory);
		Path runDirectory = Files.createDirectory(this.directory.resolve("run" + pid));
		Files.writeString(runDirectory.resolve("master.lock"), Long.toString(pid));
		listen(runDirectory);
		return runDirectory;
	}

	private void listen(Path runDirectory) throws Exception {
		this.sockets.append(
				"0000000000000000: 00000002 00000000 00010000 0001 01 3 %s/actuator.sock\n".formatted(runDirectory));
		// A connection of somebody who asks has the same path.
		this.sockets.append(
				"0000000000000000: 00000003 00000000 00000000 0001 03 4 %s/actuator.sock\n".formatted(runDirectory));
		Files.writeString(this.proc.resolve("net/unix"), this.sockets);
	}

}
