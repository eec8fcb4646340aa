package io.pmboot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.pmboot.process.PrivateJdk;
import io.pmboot.test.FullOnly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A master whose Java is updated under it: real processes, on a JDK of their own.
 */
@FullOnly
class UpdatedJavaTests {

	@TempDir
	private Path temporary;

	@Test
	void workersComeBackOnTheNewOne() throws Exception {
		run(List.of(), (jdk, master, worker) -> {
			jdk.refuseToSpawn();
			jdk.updateJava();
			worker.destroyForcibly();
			ProcessHandle next = JobMaster.worker(master.await(JobMaster.READY));
			assertThat(next.pid()).isNotEqualTo(worker.pid());
			assertThat(Files.readSymbolicLink(Path.of("/proc", String.valueOf(next.pid()), "exe")))
				.isEqualTo(jdk.java());
		});
	}

	@Test
	void forkThatIsRefusedSaysWhyAndIsTriedAgain() throws Exception {
		run(List.of("-Djdk.lang.Process.launchMechanism=POSIX_SPAWN"), (jdk, master, worker) -> {
			Path helper = jdk.refuseToSpawn();
			worker.destroyForcibly();
			master.await("jobs-0 .*FATAL.*(jspawnhelper.*Start the master again)");
			master.await("jobs-0 .*FATAL.*(jspawnhelper.*Start the master again)");
			jdk.spawnAgain(helper);
			master.await(JobMaster.READY);
		});
	}

	private void run(List<String> options, Steps steps) throws Exception {
		try (PrivateJdk jdk = PrivateJdk.create(this.temporary.resolve("jdk"))) {
			try (JobMaster master = JobMaster.start(jdk.java(), options, this.temporary.resolve("run"),
					this.temporary)) {
				steps.take(jdk, master, JobMaster.worker(master.await(JobMaster.READY)));
			}
		}
	}

	private interface Steps {

		void take(PrivateJdk jdk, JobMaster master, ProcessHandle worker) throws Exception;

	}

}
