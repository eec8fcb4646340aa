package io.pmboot.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of a running master when somebody cleans its run directory. */
@FullOnly
class RunDirectoryIntegrationTests {

	private MasterProcess master;

	@BeforeEach
	void start() throws Exception {
		this.master = Sample.ready((sample) -> sample.withoutJpa().property("pm.groups.web.children", 1));
	}

	@AfterEach
	void close() throws Exception {
		this.master.close();
	}

	@Test
	void workersComeBackAndReloadWhateverWasRemoved() throws Exception {
		Files.delete(file("control.sock"));
		crash();
		FileSystemUtils.deleteRecursively(this.master.runDirectory());
		crash();
		assertThat(this.master.reload("web").outcome()).isEqualTo("COMPLETED");
		FileSystemUtils.deleteRecursively(this.master.runDirectory());
		assertThat(this.master.reload("web").outcome()).isEqualTo("COMPLETED");
		// Nothing is forked now.
		FileSystemUtils.deleteRecursively(this.master.runDirectory());
		Await.until(MasterProcess.TIMEOUT, "lock and socket are there again",
				() -> Files.exists(file("control.sock")) && Files.exists(file("master.lock")),
				this.master.output()::text);
		assertThat(file("master.lock")).hasContent(Long.toString(this.master.process().pid()));
	}

	@Test
	void secondMasterIsRefusedWhoseFilesWereRemoved() throws Exception {
		Files.delete(file("master.lock"));
		Files.delete(file("control.sock"));
		try (MasterProcess second = Sample
			.launch((sample) -> sample.property("pm.master.run-directory", this.master.runDirectory()))) {
			assertThat(second.process().awaitExit()).as(second.output().text()).isEqualTo(1);
			assertThat(second.output().text()).contains("APPLICATION FAILED TO START",
					this.master.runDirectory().toString(), "process " + this.master.process().pid(),
					"Stop the other master first");
		}
		crash();
		assertThat(this.master.reload("web").outcome()).isEqualTo("COMPLETED");
	}

	private Path file(String name) {
		return this.master.runDirectory().resolve(name);
	}

	private void crash() throws Exception {
		long before = this.master.pids("web").get(0);
		HttpConnection.once(this.master.port(), "POST", "/crash", Map.of(), "", MasterProcess.TIMEOUT);
		this.master.awaitGroup("web", "restarted",
				(group) -> group.isComplete() && group.workers().get(0).pid() != before);
	}

}
