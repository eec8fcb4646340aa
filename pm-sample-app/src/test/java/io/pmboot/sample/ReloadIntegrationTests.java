package io.pmboot.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.GroupPart;
import io.pmboot.test.MasterStatus.ReloadPart;
import io.pmboot.test.SlowRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client sees of a reload: nothing. */
class ReloadIntegrationTests {

	private static final boolean FULL = Boolean.getBoolean("pm.full");

	private static final int RELOADS = FULL ? 20 : 1;

	private static final int SOCKET_RELOADS = 5;

	/** Another main class of the same jar is reloaded beside it where there is time. */
	private static final List<String> GROUPS = FULL ? List.of("web", "imports") : List.of("web");

	@TempDir
	private static Path configuration;

	private static MasterProcess master;

	@BeforeAll
	static void start() throws Exception {
		configure("");
		master = Sample.ready((sample) -> {
			sample.hangUps()
				.property("spring.config.additional-location", "file:" + configuration + "/")
				.property("pm.groups.web.listen", sample.property("pm.groups.web.listen") + ",unix:" + socket());
			if (FULL) {
				sample.quick("imports", false)
					.property("pm.groups.imports.children", 1)
					.property("pm.groups.imports.main-class", "io.pmboot.sample.Importer");
			}
		});
		for (String group : GROUPS) {
			master.awaitComplete(group);
		}
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@Test
	void reloadLosesNoRequest() throws Exception {
		try (LoadClient load = LoadClient.on(master.port())
			.connectionPerRequest(8)
			.keepAlive(8)
			.slow(4, Duration.ofMillis(1500))
			.pausing(40, Duration.ofSeconds(3))
			.start()) {
			reloadUnder(load, RELOADS);
		}
	}

	@FullOnly
	@Test
	void reloadLosesNoRequestOnAUnixSocket() throws Exception {
		assertThat(master.group("web").listen()).endsWith("unix:" + socket());
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket()))).isEqualTo("rw-rw----");
		try (LoadClient load = LoadClient.on(socket())
			.connectionPerRequest(8)
			.keepAlive(8)
			.slow(4, Duration.ofMillis(1500))
			.start()) {
			reloadUnder(load, SOCKET_RELOADS);
		}
	}

	@Test
	void failedReloadKeepsOldWorkersServing() throws Exception {
		List<Long> before = master.pids("web");
		int generation = master.group("web").generation();
		configure("server.tomcat.threads.max=many");
		try (LoadClient load = LoadClient.on(master.port()).connectionPerRequest(4).keepAlive(4).start()) {
			load.awaitAnswers(4);
			ReloadPart reload = master.reload("web");
			assertThat(reload.outcome()).isEqualTo("FAILED");
			assertThat(reload.cause()).contains("exit code 1",
					"Failed to bind properties under 'server.tomcat.threads.max'", "Value: \"many\"");
			load.awaitAnswers(4);
			assertNoFailures(load.stop());
		}
		finally {
			configure("");
		}
		GroupPart group = master.group("web");
		assertThat(group.isComplete()).as(group.toString()).isTrue();
		assertThat(group.generation()).isEqualTo(generation);
		assertThat(master.pids("web")).isEqualTo(before);
	}

	@FullOnly
	@Test
	void hangUpReloadsEveryGroupAndListenersInTheMasterHearOfIt() throws Exception {
		Map<String, List<Long>> before = new HashMap<>();
		Map<String, Integer> reloads = new HashMap<>();
		for (String group : GROUPS) {
			before.put(group, master.pids(group));
			reloads.put(group, finished(group).size());
		}
		ApplicationProcess.signal(master.process().pid(), "HUP");
		for (String group : GROUPS) {
			Await.until(MasterProcess.TIMEOUT, "the reload of " + group + " is heard of",
					() -> finished(group).size() > reloads.get(group), master.output()::text);
			assertThat(finished(group).get(reloads.get(group))).endsWith(" finished, COMPLETED");
			int generation = master.group(group).generation();
			assertThat(
					master.output().matching("Audit: reload %s-%d of %s started".formatted(group, generation, group)))
				.hasSize(1);
			assertHeard(before.get(group), master.pids(group));
		}
		assertThat(master.output().matching("Importer runs as imports-0")).hasSize(FULL ? 2 : 0);
	}

	private static List<String> finished(String group) {
		return master.output()
			.matching("Audit: reload ")
			.stream()
			.filter((line) -> line.contains(" of " + group + " finished, "))
			.toList();
	}

	private static void assertHeard(List<Long> predecessors, List<Long> successors) {
		assertThat(successors).hasSameSizeAs(predecessors).doesNotContainAnyElementsOf(predecessors);
		for (long pid : successors) {
			assertThat(master.output().matching("Audit: ")).anyMatch((line) -> line.endsWith(" pid " + pid + " forked"))
				.anyMatch((line) -> line.endsWith(" pid " + pid + " ready"));
		}
		for (long pid : predecessors) {
			assertThat(master.output().matching("Audit: "))
				.anyMatch((line) -> line.endsWith(" pid " + pid + " exited, REQUESTED, exit code 0"));
		}
	}

	@FullOnly
	@Test
	void requestThatNeverEndsDoesNotHoldTheReload() throws Exception {
		try (MasterProcess impatient = Sample.ready((sample) -> sample.property("pm.groups.web.children", 1)
			.property("pm.groups.web.reload.drain-timeout", "2s"))) {
			long before = impatient.pids("web").get(0);
			CompletableFuture<HttpAnswer> endless = new SlowRequest(impatient.port(), Duration.ofMinutes(10)).send();
			assertThat(impatient.reload("web").outcome()).isEqualTo("COMPLETED");
			assertThat(endless).failsWithin(Duration.ofSeconds(30));
			assertThat(impatient.pids("web")).hasSize(1).doesNotContain(before);
			impatient.output().await("Reload web-2: COMPLETED (requests cut: 1)", MasterProcess.TIMEOUT);
		}
	}

	private static void reloadUnder(LoadClient load, int reloads) throws Exception {
		load.awaitAnswers(4);
		for (int i = 0; i < reloads; i++) {
			List<Long> before = master.pids("web");
			ReloadPart reload = master.reload("web");
			assertThat(reload.outcome()).as(reload + master.output().text()).isEqualTo("COMPLETED");
			GroupPart group = master.group("web");
			assertThat(group.isComplete()).as(group.toString()).isTrue();
			assertThat(group.generation()).isEqualTo(reload.toGeneration());
			assertThat(master.pids("web")).doesNotContainAnyElementsOf(before);
		}
		load.awaitAnswers(4);
		assertNoFailures(load.stop());
	}

	private static void assertNoFailures(LoadResult result) {
		System.out.println("Load across reloads: " + result);
		assertThat(result.failureCount()).as(result + System.lineSeparator() + master.output().text()).isZero();
	}

	private static Path socket() {
		return configuration.resolve("web.sock");
	}

	// What the next worker reads when it starts: the new version, for worse or better.
	private static void configure(String line) throws Exception {
		Files.writeString(configuration.resolve("application.properties"), line);
	}

}
