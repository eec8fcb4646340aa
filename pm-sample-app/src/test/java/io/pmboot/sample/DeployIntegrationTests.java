package io.pmboot.sample;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.ReloadPart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of a running master when the file of its application changes. */
@FullOnly
class DeployIntegrationTests {

	@TempDir
	private Path directory;

	private Path jar;

	private MasterProcess master;

	@BeforeEach
	void start() throws Exception {
		this.jar = this.directory.resolve("app.jar");
		Files.copy(ApplicationLaunch.jar(), this.jar);
	}

	private void start(Path started) throws Exception {
		this.master = Sample.ready((sample) -> sample.jar(started).withoutJpa().property("pm.groups.web.children", 1));
	}

	@AfterEach
	void close() throws Exception {
		if (this.master != null) {
			this.master.close();
		}
	}

	@Test
	void everythingWorksAfterTheJarWasFilledWithZeros() throws Exception {
		start(this.jar);
		Files.write(this.jar, new byte[(int) Files.size(this.jar)], StandardOpenOption.WRITE);
		crash();
		assertRefused("it has no end");
		everyOperation();
		stop();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theSameAfterTheMastersOwnCopyWasDeleted(boolean extracted) throws Exception {
		if (!extracted) {
			removeTools();
		}
		start(this.jar);
		Path own = generations().resolve(Long.toString(this.master.process().pid())).resolve("master");
		assertThat(own.resolve("0/app.jar")).exists();
		FileSystemUtils.deleteRecursively(own);
		crash();
		assertThat(this.master.reload("web").outcome()).isEqualTo("COMPLETED");
		Files.write(this.jar, new byte[(int) Files.size(this.jar)], StandardOpenOption.WRITE);
		assertRefused("it has no end");
		everyOperation();
		stop();
	}

	@Test
	void theSameForAJarThatCannotExtractItself() throws Exception {
		removeTools();
		start(this.jar);
		Files.write(this.jar, new byte[(int) Files.size(this.jar)], StandardOpenOption.WRITE);
		crash();
		assertRefused("it has no end");
		everyOperation();
		stop();
	}

	private void removeTools() throws IOException {
		try (FileSystem files = open(this.jar); Stream<Path> libraries = Files.list(files.getPath("BOOT-INF/lib"))) {
			Files.delete(
					libraries.filter((library) -> library.toString().contains("jarmode")).findFirst().orElseThrow());
		}
	}

	@Test
	void aLinkToTheReleaseIsSwitched() throws Exception {
		Path first = Files.createDirectory(this.directory.resolve("1"));
		Path second = Files.createDirectory(this.directory.resolve("2"));
		Files.move(this.jar, first.resolve("app.jar"));
		Files.copy(first.resolve("app.jar"), second.resolve("app.jar"));
		Path current = Files.createSymbolicLink(this.directory.resolve("current"), first);
		this.master = Sample.ready((sample) -> sample.directory(current)
			.jar(Path.of("app.jar"))
			.withoutJpa()
			.property("pm.groups.web.children", 1));
		assertThat(workingDirectory()).isEqualTo(first.toRealPath());
		Files.delete(current);
		Files.createSymbolicLink(current, second);
		assertThat(this.master.reload("web").outcome()).isEqualTo("COMPLETED");
		assertThat(workingDirectory()).isEqualTo(second.toRealPath());
		this.master.output().await("has the same content as in generation 1", MasterProcess.TIMEOUT);
		stop();
	}

	private Path workingDirectory() throws Exception {
		return Files.readSymbolicLink(Path.of("/proc", Long.toString(this.master.pids("web").get(0)), "cwd"));
	}

	@Test
	void aNewVersionIsDeployedInWhicheverWayAndLosesNoRequest() throws Exception {
		Path link = Files.createSymbolicLink(this.directory.resolve("current.jar"), this.jar);
		start(link);
		try (LoadClient load = LoadClient.on(this.master.port()).connectionPerRequest(2).keepAlive(2).start()) {
			load.awaitAnswers(10);
			// As cp does it, into the file that everything was started from.
			Files.write(this.jar, Files.readAllBytes(version("second")), StandardOpenOption.TRUNCATE_EXISTING);
			load.awaitAnswers(10);
			assertDeployed("second");
			Files.move(version("third"), this.jar, StandardCopyOption.ATOMIC_MOVE);
			load.awaitAnswers(10);
			assertDeployed("third");
			Path fourth = version("fourth");
			Files.delete(link);
			Files.createSymbolicLink(link, fourth);
			assertDeployed("fourth");
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result + this.master.output().text()).isZero();
		}
		assertThat(copies()).containsExactlyInAnyOrder("3", "4");
	}

	@Test
	void theSecondOfTwoHangUpsIsNotLost() throws Exception {
		start(this.jar);
		Files.move(version("second"), this.jar, StandardCopyOption.ATOMIC_MOVE);
		ApplicationProcess.signal(this.master.process().pid(), "HUP");
		this.master.output().await("[second]", MasterProcess.TIMEOUT);
		Files.move(version("third"), this.jar, StandardCopyOption.ATOMIC_MOVE);
		ApplicationProcess.signal(this.master.process().pid(), "HUP");
		ApplicationProcess.signal(this.master.process().pid(), "HUP");
		this.master.output().await("[third]", MasterProcess.TIMEOUT);
		this.master.awaitGroup("web", "reloaded once more",
				(group) -> group.isComplete() && group.workers().get(0).generation() == 3);
		assertThat(copies()).containsExactlyInAnyOrder("2", "3");
		stop();
	}

	@Test
	void whatRunsIsNotTouchedByANewVersionThatIsNotReloaded() throws Exception {
		start(this.jar);
		Files.write(this.jar, Files.readAllBytes(version("second")), StandardOpenOption.TRUNCATE_EXISTING);
		crash();
		assertThat(this.master.output().matching("[second]")).isEmpty();
		assertThat(this.master.group("web").workers().get(0).generation()).isEqualTo(1);
	}

	@Test
	void aVersionThatIsNotWholeIsRefusedAndLosesNoRequest() throws Exception {
		start(this.jar);
		long pid = this.master.pids("web").get(0);
		try (LoadClient load = LoadClient.on(this.master.port()).connectionPerRequest(2).keepAlive(2).start()) {
			load.awaitAnswers(10);
			try (FileChannel file = FileChannel.open(this.jar, StandardOpenOption.WRITE)) {
				file.truncate(file.size() / 2);
			}
			assertRefused("it has no end");
			Files.delete(this.jar);
			assertRefused("there is no such file");
			Files.move(versionWithoutStarter(), this.jar);
			assertRefused("it has no starter");
			load.awaitAnswers(10);
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result + this.master.output().text()).isZero();
		}
		assertThat(this.master.pids("web")).containsExactly(pid);
		assertThat(copies()).containsExactly("1");
	}

	private Path versionWithoutStarter() throws IOException {
		Path version = version("x");
		try (FileSystem files = open(version); Stream<Path> libraries = Files.list(files.getPath("BOOT-INF/lib"))) {
			Files.delete(libraries.filter((library) -> library.toString().contains("pm-spring-boot-autoconfigure"))
				.findFirst()
				.orElseThrow());
		}
		return version;
	}

	@Test
	void aWorkerIsNotStartedFromANewVersionWhereItsCopyIsGone() throws Exception {
		start(this.jar);
		Files.move(version("second"), this.jar, StandardCopyOption.ATOMIC_MOVE);
		try (Stream<Path> all = Files.walk(this.master.runDirectory())) {
			Files.delete(all.filter((path) -> path.endsWith("web/1/app.jar")).findFirst().orElseThrow());
		}
		HttpConnection.once(this.master.port(), "POST", "/crash", Map.of(), "", MasterProcess.TIMEOUT);
		this.master.output().await("it is another version by now; a reload takes it", MasterProcess.TIMEOUT);
		assertThat(this.master.reload("web").outcome()).isEqualTo("COMPLETED");
	}

	@Test
	void whatAKilledMasterLeftIsRemovedByTheNext() throws Exception {
		start(this.jar);
		ApplicationProcess.signal(this.master.process().pid(), "KILL");
		this.master.process().awaitExit();
		Path left = generations().resolve(Long.toString(this.master.process().pid()));
		assertThat(left).exists();
		this.master.startAgain(
				Sample.with((sample) -> sample.jar(this.jar).withoutJpa().property("pm.groups.web.children", 1)));
		this.master.awaitComplete("web");
		Await.until(MasterProcess.TIMEOUT, "what was left is removed", () -> Files.notExists(left),
				this.master.output()::text);
	}

	private void crash() throws Exception {
		long before = this.master.pids("web").get(0);
		HttpConnection.once(this.master.port(), "POST", "/crash", Map.of(), "", MasterProcess.TIMEOUT);
		this.master.awaitGroup("web", "restarted",
				(group) -> group.isComplete() && group.workers().get(0).pid() != before);
	}

	private void assertRefused(String reason) throws Exception {
		ReloadPart reload = this.master.reload("web");
		assertThat(reload.outcome()).isEqualTo("FAILED");
		assertThat(reload.cause()).contains("app.jar cannot be copied: ", reason);
	}

	// What nobody has asked for until now has to be loaded, error paths as well.
	private void everyOperation() throws Exception {
		assertThat(this.master.request("GET", "/actuator/pm/nobody", Map.of(), "").status()).isEqualTo(404);
		assertThat(this.master.request("GET", "/actuator/health", Map.of(), "").status()).isEqualTo(200);
		assertThat(this.master.request("GET", "/no/such/page", Map.of(), "").status()).isEqualTo(404);
		assertThat(this.master.request("GET", "/actuator/pm", Map.of("Host", "foreign.example"), "").status())
			.isEqualTo(403);
		assertThat(this.master.post("/actuator/pm/scale", "{\"group\":\"web\",\"children\":\"x\"}").status())
			.isEqualTo(400);
		assertThat(this.master.post("/actuator/pm/scale", "{not json").status()).isEqualTo(400);
		assertThat(this.master.post("/actuator/pm/reload", "{\"group\":\"nobody\"}").status()).isEqualTo(404);
		assertThat(this.master.post("/actuator/pm/scale", "{\"group\":\"web\",\"children\":1}").status())
			.isEqualTo(202);
		assertThat(this.master.post("/actuator/pm/restart", "{\"group\":\"jobs\"}").status()).isLessThan(500);
		assertThat(this.master.post("/actuator/pm/stop", "{\"group\":\"web\"}").status()).isEqualTo(202);
		this.master.awaitGroup("web", "empty", (group) -> group.workers().isEmpty());
		assertThat(this.master.post("/actuator/pm/scale", "{\"group\":\"web\",\"children\":0}").status())
			.isEqualTo(202);
		assertThat(this.master.post("/actuator/pm/start", "{\"group\":\"web\"}").status()).isEqualTo(202);
	}

	private void stop() throws Exception {
		ApplicationProcess.signal(this.master.process().pid(), "TERM");
		assertThat(this.master.process().awaitExit()).isEqualTo(143);
		assertThat(this.master.output().text()).doesNotContain("NoClassDefFoundError", "ClassNotFoundException",
				"ZipException");
		assertThat(generations()).doesNotExist();
	}

	private void assertDeployed(String version) throws Exception {
		assertThat(this.master.output().matching("[" + version + "]")).isEmpty();
		ReloadPart reload = this.master.reload("web");
		assertThat(reload.outcome()).as(reload + this.master.output().text()).isEqualTo("COMPLETED");
		assertThat(this.master.output().matching("[" + version + "]")).isNotEmpty();
	}

	private Path generations() {
		return this.master.runDirectory().resolve("generations");
	}

	// Those of the group.
	private Stream<String> copies() throws IOException {
		Path group = generations().resolve(Long.toString(this.master.process().pid())).resolve("web");
		try (Stream<Path> copies = Files.list(group)) {
			return copies.map((copy) -> copy.getFileName().toString()).toList().stream();
		}
	}

	// The sample by another name, which is in each line that it logs.
	private Path version(String name) throws IOException {
		Path version = this.directory.resolve(name + ".jar");
		Files.copy(ApplicationLaunch.jar(), version);
		try (FileSystem files = open(version)) {
			Files.createDirectories(files.getPath("BOOT-INF/classes/config"));
			Files.writeString(files.getPath("BOOT-INF/classes/config/application.properties"),
					"spring.application.name=" + name);
		}
		return version;
	}

	private static FileSystem open(Path jar) throws IOException {
		return FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of());
	}

}
