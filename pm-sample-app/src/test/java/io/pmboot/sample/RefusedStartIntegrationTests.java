package io.pmboot.sample;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FreePort;
import io.pmboot.test.FullOnly;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A master that cannot do what it was told says so, and forks nothing. */
class RefusedStartIntegrationTests {

	@TempDir
	private Path directory;

	@FullOnly
	@ParameterizedTest
	@CsvSource({ "pm.groups.web.listen, 80x80, pm.groups.web.listen", "pm.groups.web.listen, 70000, 70000",
			"pm.groups.x.childern, 1, childern", "pm.groups.web.children, -1, pm.groups.web.children",
			"pm.groups.[Web].children, 1, Web", "pm.groups.master.children, 1, master",
			"pm.groups.prod.children, 1, prod", "pm.groups.web.children, many, many" })
	void badPropertyIsRefused(String property, String value, String named) throws Exception {
		refused((sample) -> sample.property("spring.profiles.active", "master,prod").property(property, value), named,
				value);
	}

	@FullOnly
	@Test
	void portThatIsTakenIsRefused() throws Exception {
		try (ServerSocket taken = new ServerSocket(FreePort.next())) {
			refused((sample) -> sample.property("pm.groups.web.listen", taken.getLocalPort())
				.property("pm.groups.web.terminate-timeout", "1s"), Integer.toString(taken.getLocalPort()), "web");
		}
	}

	@FullOnly
	@Test
	void runDirectoryThatIsOpenToOthersIsRefused() throws Exception {
		Path open = Files.createDirectory(this.directory.resolve("open"));
		Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
		refused((sample) -> sample.property("pm.master.run-directory", open), open.toString(),
				"pm.master.run-directory");
	}

	@FullOnly
	@Test
	void runDirectoryThatIsALinkIsRefused() throws Exception {
		Path target = Files.createDirectory(this.directory.resolve("target"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), target);
		refused((sample) -> sample.property("pm.master.run-directory", link), link.toString(),
				"pm.master.run-directory");
	}

	@FullOnly
	@Test
	void runDirectoryOfSomebodyElseIsRefused() throws Exception {
		Path foreign = Files.createDirectory(this.directory.resolve("foreign"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		try {
			UserPrincipal nobody = foreign.getFileSystem()
				.getUserPrincipalLookupService()
				.lookupPrincipalByName("nobody");
			Files.setOwner(foreign, nobody);
		}
		catch (IOException ex) {
			Assumptions.abort("Only root can give a directory away: " + ex);
		}
		refused((sample) -> sample.property("pm.master.run-directory", foreign), foreign.toString(),
				"pm.master.run-directory");
	}

	@FullOnly
	@Test
	void runDirectoryThatIsTooLongIsRefused() throws Exception {
		Path tooLong = this.directory.resolve("x".repeat(100));
		refused((sample) -> sample.property("pm.master.run-directory", tooLong), tooLong.toString(),
				"pm.master.run-directory");
	}

	@FullOnly
	@Test
	void runDirectoryInUseIsRefusedWithTheOtherMastersPid() throws Exception {
		try (MasterProcess first = Sample.ready((sample) -> sample.property("pm.groups.web.children", 0))) {
			refused((sample) -> sample.property("pm.master.run-directory", first.runDirectory()),
					first.runDirectory().toString(), Long.toString(first.status().master().pid()));
		}
	}

	@FullOnly
	@Test
	void pidFileInUseIsRefusedWithTheOtherMastersPid() throws Exception {
		Path file = this.directory.resolve("app.pid");
		try (MasterProcess first = Sample
			.ready((sample) -> sample.property("pm.groups.web.children", 0).property("pm.master.pid-file", file))) {
			refused((sample) -> sample.property("pm.master.pid-file", file), file.toString(), "pm.master.pid-file",
					"process " + first.process().pid());
			assertThat(file).content().isEqualTo(first.process().pid() + "\n");
			ApplicationProcess.signal(first.process().pid(), "TERM");
			first.process().awaitExit();
			assertThat(file).doesNotExist();
		}
	}

	private static void refused(Consumer<ApplicationLaunch> launch, String... named) throws Exception {
		try (MasterProcess master = Sample.launch(launch)) {
			Set<Long> pids = new TreeSet<>();
			Await.until(Duration.ofSeconds(60), "the master exits", () -> {
				master.process()
					.family()
					.stream()
					.filter(RefusedStartIntegrationTests::isWorker)
					.forEach((process) -> pids.add(process.pid()));
				return !master.process().isAlive();
			}, master.output()::text);
			assertThat(master.process().awaitExit()).as(master.output().text()).isEqualTo(1);
			String output = master.output().awaitEnd(Duration.ofSeconds(10));
			assertThat(output).contains("APPLICATION FAILED TO START").contains(named);
			assertThat(pids).as("forked").isEmpty();
		}
	}

	// The master itself is none, nor is what extracts its jar.
	private static boolean isWorker(ProcessHandle process) {
		return process.info().commandLine().orElse("").contains("-Dpm.worker.control-socket=");
	}

}
