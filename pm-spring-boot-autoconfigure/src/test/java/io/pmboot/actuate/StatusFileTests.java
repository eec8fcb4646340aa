package io.pmboot.actuate;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pmboot.Answers;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Heartbeat;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerLoad;
import io.pmboot.WorkerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link StatusFile}.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class StatusFileTests {

	@TempDir
	private Path directory;

	private final FakeMaster master = new FakeMaster();

	private StatusFile writer;

	@AfterEach
	void stop() {
		if (this.writer != null) {
			this.writer.stop();
		}
	}

	@Test
	void tellsOfEachWorkerInALine() throws Exception {
		this.master.groups(group(loaded(0, "needs \"rest\",\n\ttab")), new GroupInfo("jobs", GroupState.RUNNING, null,
				1, false, 1, List.of(), List.of(FakeMaster.worker("jobs", 0, 4713, WorkerState.STARTING, null)), null));
		Path file = start("a/b/status");
		List<String> lines = Files.readAllLines(file);
		assertThat(lines).hasSize(2);
		assertThat(lines.get(0)).startsWith("4710:\tweb\t4711\t{");
		assertThat(lines.get(1)).startsWith("4710:\tjobs\t4713\t{").doesNotContain("load");
		String[] columns = lines.get(0).split("\t");
		assertThat(columns).hasSize(4);
		JsonNode json = JsonMapper.shared().readTree(columns[3]);
		assertThat(json.get("reason").asString()).isEqualTo("needs \"rest\",\n\ttab");
		assertThat(json.get("load").get("scores").get("queue").asDouble()).isEqualTo(1.5);
		assertThat(json.get("load").get("deadlockedThreads").get(0).asString()).isEqualTo("exec-1");
	}

	@Test
	void tellsWhatTheEndpointTells() {
		WorkerInfo worker = loaded(0, null);
		String line = StatusFile.line(1, worker);
		JsonMapper mapper = JsonMapper.builder()
			.changeDefaultPropertyInclusion((value) -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
			.build();
		assertThat(JsonMapper.shared().readTree(line.substring(line.indexOf('{'))))
			.isEqualTo(mapper.readTree(mapper.writeValueAsString(PmStatus.WorkerStatus.of(worker))));
	}

	@Test
	void isNeverReadHalf() throws Exception {
		this.master.groups(group(loaded(0, "x".repeat(100_000))));
		Path file = start("status");
		for (int i = 0; i < 2000; i++) {
			String content = Files.readString(file);
			assertThat(content).hasSizeGreaterThan(100_000).startsWith("4710:\t").endsWith("}\n");
		}
	}

	@Test
	void followsTheMasterAndGoesWithIt() throws Exception {
		this.master.groups(group(loaded(0, "before")));
		Path file = start("status");
		this.master.groups(group(loaded(0, "after")));
		await().ignoreExceptionsInstanceOf(NoSuchFileException.class)
			.until(() -> Files.readString(file).contains("after"));
		this.writer.stop();
		assertThat(this.directory).isEmptyDirectory();
		assertThat(this.writer.isRunning()).isFalse();
	}

	@Test
	void failureIsLoggedOnceAndPasses(CapturedOutput output) throws Exception {
		Path folder = Files.writeString(this.directory.resolve("folder"), "no folder");
		this.writer = new StatusFile(this.master, folder.resolve("status"), Duration.ofMillis(1));
		this.writer.start();
		await().ignoreExceptionsInstanceOf(NoSuchFileException.class)
			.until(() -> output.getOut().contains("cannot be written"));
		Files.delete(folder);
		await().ignoreExceptionsInstanceOf(NoSuchFileException.class)
			.until(() -> Files.exists(folder.resolve("status")));
		this.writer.stop();
		assertThat(output.getOut().split("cannot be written", -1)).hasSize(2);
	}

	@Test
	void aLinkOnTheWayIsFollowedAndNothingIsInItsWayWhileItIsSwitched(CapturedOutput output) throws Exception {
		Path second = Files.createDirectory(this.directory.resolve("2"));
		Path current = Files.createSymbolicLink(this.directory.resolve("current"),
				Files.createDirectory(this.directory.resolve("1")));
		start("current/status");
		Files.delete(current);
		await().until(() -> output.getOut().contains("cannot be written"));
		assertThat(Files.exists(current, LinkOption.NOFOLLOW_LINKS)).isFalse();
		Files.createSymbolicLink(current, second);
		await().until(() -> Files.exists(second.resolve("status")));
	}

	@Test
	void linkInPlaceOfTheNextFileIsNotFollowed() throws Exception {
		Path precious = Files.writeString(this.directory.resolve("precious"), "content");
		Files.createSymbolicLink(this.directory.resolve("status.next"), precious);
		start("status");
		assertThat(precious).hasContent("content");
	}

	@Test
	void noThreadBeforeStart() {
		this.writer = new StatusFile(this.master, this.directory.resolve("status"), Duration.ofMillis(1));
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).doesNotContain("pm-status-file");
	}

	private Path start(String name) throws Exception {
		Path file = this.directory.resolve(name);
		this.writer = new StatusFile(this.master, file, Duration.ofMillis(1));
		this.writer.start();
		await().ignoreExceptionsInstanceOf(NoSuchFileException.class).until(() -> Files.exists(file));
		return file;
	}

	private static GroupInfo group(WorkerInfo worker) {
		return new GroupInfo("web", GroupState.RUNNING, null, 1, false, 1, List.of(), List.of(worker), null);
	}

	private static WorkerInfo loaded(int index, String reason) {
		WorkerLoad load = new WorkerLoad(1, 2L, 3, null, 5, 6, Duration.ofMillis(7), Duration.ofMillis(8), 9, 10,
				List.of("exec-1", "exec-2"), Map.of("queue", 1.5, "a \"score\"", -1e-9));
		Instant at = Instant.parse("2026-07-01T10:15:30.500Z");
		return new WorkerInfo("web", index, 1, false, 4711, WorkerState.READY, false, at, reason,
				new Heartbeat(at, load, Answers.NONE, Answers.NONE));
	}

}
