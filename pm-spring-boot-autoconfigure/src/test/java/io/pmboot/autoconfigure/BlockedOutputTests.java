package io.pmboot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

import io.pmboot.test.FullOnly;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A master whose output nobody reads, and one that is process 1: real processes.
 */
class BlockedOutputTests {

	private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

	@TempDir
	private Path temporary;

	@FullOnly
	@Test
	void stopEndsInGoodOrderThoughNobodyReads() throws Exception {
		stop("TERM", 143);
	}

	@Test
	@FullOnly
	void terminalEndsItAsWell() throws Exception {
		stop("INT", 130);
	}

	private void stop(String signal, int code) throws Exception {
		try (JobMaster master = chatty()) {
			ProcessHandle worker = JobMaster.worker(master.await(JobMaster.READY));
			master.awaitFullPipe();
			// They log, too, and are done before the stop or not at all.
			master.signal("HUP");
			master.signal("TTIN");
			master.signal(signal);
			assertThat(master.awaitExit()).isEqualTo(code);
			assertThat(worker.isAlive()).isFalse();
		}
	}

	@Test
	@FullOnly
	void linesThatAreDroppedAreTold() throws Exception {
		try (JobMaster master = chatty("--pm.master.output.when-blocked=drop")) {
			master.await(JobMaster.READY);
			master.awaitFullPipe();
			// It is not held up by what nobody reads.
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(done()));
			assertThat(Integer.parseInt(master.await("Output is taken again: (\\d+) lines have been lost since")))
				.isPositive();
		}
	}

	@Test
	@FullOnly
	void processOneSaysThatNothingReaps() throws Exception {
		assumeTrue(new ProcessBuilder("unshare", "--pid", "--fork", "--mount-proc", "true").start().waitFor() == 0);
		Path java = Files.writeString(this.temporary.resolve("java"),
				"#!/bin/sh\nexec unshare --pid --fork --mount-proc --kill-child '%s' \"$@\"\n".formatted(JAVA));
		Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
		try (JobMaster master = JobMaster.start(java, List.of(), this.temporary.resolve("run"), this.temporary)) {
			master.await("This master is process 1, and (nothing reaps)");
			master.await(JobMaster.READY);
		}
	}

	private Path done() {
		return this.temporary.resolve("done");
	}

	private JobMaster chatty(String... arguments) throws Exception {
		String[] all = new String[arguments.length + 1];
		System.arraycopy(arguments, 0, all, 0, arguments.length);
		all[arguments.length] = "--pm.groups.jobs.arguments=--job.chatty=" + done();
		return JobMaster.start(JAVA, List.of(), this.temporary.resolve("run"), this.temporary, all);
	}

}
