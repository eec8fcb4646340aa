package io.pmboot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.pmboot.test.FullOnly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A master whose working directory is removed: real processes.
 */
class RemovedDirectoryTests {

	@TempDir
	private Path temporary;

	@Test
	@FullOnly
	void workersComeBackAndAReloadCompletes() throws Exception {
		Path release = Files.createDirectory(this.temporary.resolve("release"));
		Path current = Files.createSymbolicLink(this.temporary.resolve("current"), release);
		Path run = this.temporary.resolve("run");
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		try (JobMaster master = JobMaster.start(java, List.of(), run, current, "--pm.master.pid-file=app.pid",
				"--pm.master.status-file=status")) {
			ProcessHandle worker = JobMaster.worker(master.await(JobMaster.READY));
			assertThat(directory(worker)).isEqualTo(release.toRealPath());
			assertThat(release.resolve("app.pid")).hasContent(master.pid() + "\n");
			assertThat(release.resolve("status")).exists();
			Files.delete(current);
			FileSystemUtils.deleteRecursively(release);
			worker.destroyForcibly();
			assertThat(master.await("directory (.*), in which this master was started, is gone: workers start in "))
				.isEqualTo(current.toString());
			worker = JobMaster.worker(master.await(JobMaster.READY));
			assertThat(directory(worker)).isEqualTo(run.toRealPath());
			Path next = Files.createDirectory(this.temporary.resolve("next"));
			Files.createSymbolicLink(current, next);
			new ProcessBuilder("kill", "-USR1", Long.toString(master.pid())).start().waitFor();
			worker = JobMaster.worker(master.await(JobMaster.READY));
			assertThat(directory(worker)).isEqualTo(next.toRealPath());
			master.await("(Reload jobs-2: COMPLETED)");
			assertThat(next.resolve("app.pid")).hasContent(master.pid() + "\n");
		}
	}

	private static Path directory(ProcessHandle process) throws Exception {
		return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"));
	}

}
