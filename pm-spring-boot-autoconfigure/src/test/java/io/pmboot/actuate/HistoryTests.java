package io.pmboot.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;

import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.Initiator;
import io.pmboot.ReloadOutcome;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerHungEvent;
import io.pmboot.event.WorkerUnfitEvent;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.skyscreamer.jsonassert.JSONAssert;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link History}.
 */
@ExtendWith(OutputCaptureExtension.class)
class HistoryTests {

	private static final Instant NOW = FakeMaster.SINCE.plusSeconds(60);

	@TempDir
	private Path directory;

	private Path file;

	@BeforeEach
	void nameFile() {
		this.file = this.directory.resolve("history");
	}

	@Test
	void theNextMasterKnowsWhatHappened() throws Exception {
		History history = history(NOW);
		WorkerExitedEvent exit = exit(ExitKind.FATAL);
		history.onExit(exit);
		history.onExit(exit(ExitKind.REQUESTED));
		history.onHang(new WorkerHungEvent(exit.worker(), "no heartbeat"));
		history.onUnfit(new WorkerUnfitEvent(exit.worker(), "it is broken"));
		history.onGiveup(new GiveupEvent("web", List.of(exit, exit), Duration.ofMinutes(1)));
		history.onReload(new ReloadFinishedEvent(FakeMaster
			.ended(FakeMaster.started("jobs-2", "jobs", 1, 2, Initiator.HTTP), ReloadOutcome.FAILED, "no\nluck", NOW)));
		history.destroy();
		History next = history(NOW);
		JSONAssert.assertEquals("""
				{"history":[
				{"at":"2026-07-01T10:16:30.500Z","what":"MASTER_STARTED","pid":42},
				{"at":"2026-07-01T10:16:30.500Z","what":"MASTER_STOPPED","pid":42},
				{"at":"2026-07-01T10:16:30.500Z","what":"RELOAD","group":"jobs","id":"jobs-2","fromGeneration":1,
				"toGeneration":2,"initiator":"HTTP","startedAt":"2026-07-01T10:15:30.500Z",
				"endedAt":"2026-07-01T10:16:30.500Z","requestsCut":0,"outcome":"FAILED","cause":"no\\nluck"},
				{"at":"2026-07-01T10:16:30.500Z","what":"GIVEN_UP","group":"web","fatalExits":2,"pauseMillis":60000},
				{"at":"2026-07-01T10:16:30.500Z","what":"UNFIT","group":"web","index":0,"generation":1,"pid":4711,
				"reason":"it is broken"},
				{"at":"2026-07-01T10:16:30.500Z","what":"HUNG","group":"web","index":0,"generation":1,"pid":4711,
				"reason":"no heartbeat"},
				{"at":"2026-07-01T10:15:30.500Z","what":"EXIT","group":"web","index":0,"generation":1,"pid":4711,
				"kind":"FATAL","code":1,"reason":"exit code 1","lastOutput":["line 3","line 4","line 5","line 6",
				"line 7","line 8","line 9","line 10","line 11","line 12"]},
				{"at":"2026-07-01T10:16:30.500Z","what":"MASTER_STARTED","pid":42}]}""", json(next, null), true);
		assertThat(count(next, "jobs")).isOne();
		assertThat(count(next, "other")).isZero();
		next.destroy();
	}

	@Test
	void forgetsWhatIsTooMuchOrTooOld() throws Exception {
		History history = history(NOW);
		for (int i = 0; i < 2500; i++) {
			history.onExit(exit(ExitKind.KILLED));
		}
		history.destroy();
		assertThat(Files.readAllLines(this.file)).hasSizeBetween(History.MAX_ENTRIES, 2 * History.MAX_ENTRIES + 1);
		History next = history(NOW);
		assertThat(count(next, null)).isEqualTo(History.MAX_ENTRIES);
		next.destroy();
		History later = history(NOW.plus(History.MAX_AGE));
		assertThat(count(later, "web")).isZero();
		assertThat(count(later, null)).isEqualTo(4);
		later.destroy();
	}

	@Test
	void passesOverWhatIsNotWhole() throws Exception {
		history(NOW).destroy();
		Files.writeString(this.file, "nonsense\n2026-07-01T10:16:30Z\tweb\t{\"what\":\"EXI", StandardOpenOption.APPEND);
		History next = history(NOW);
		assertThat(count(next, null)).isEqualTo(3);
		next.destroy();
	}

	@Test
	void aFolderThatIsGoneHarmsNobodyAndIsWrittenOnceItIsThere(CapturedOutput output) throws Exception {
		History history = history(NOW);
		history.destroy();
		Path gone = this.directory.resolve("gone");
		this.file = gone.resolve("history");
		History other = history(NOW);
		other.onExit(exit(ExitKind.FATAL));
		other.destroy();
		assertThat(count(other, "web")).isOne();
		assertThat(output).containsOnlyOnce("The history cannot be written to " + this.file);
	}

	@Test
	void aFileThatWasRemovedIsWhole() throws Exception {
		History history = history(NOW);
		history.onExit(exit(ExitKind.FATAL));
		await().until(() -> lines().size() == 2);
		Files.delete(this.file);
		history.onExit(exit(ExitKind.FATAL));
		history.destroy();
		assertThat(lines()).hasSize(4);
	}

	private List<String> lines() throws IOException {
		return Files.exists(this.file) ? Files.readAllLines(this.file, StandardCharsets.UTF_8) : List.of();
	}

	private History history(Instant now) {
		return new History(this.file, 42, Clock.fixed(now, ZoneOffset.UTC));
	}

	private static WorkerExitedEvent exit(ExitKind kind) {
		return new WorkerExitedEvent(FakeMaster.worker("web", 0, 4711, WorkerState.EXITED, "exit code 1"),
				new ExitStatus(1), kind, IntStream.rangeClosed(1, 12).mapToObj((line) -> "line " + line).toList());
	}

	private static String json(History history, String group) {
		return new String(history.reply(group).bytes(), StandardCharsets.UTF_8);
	}

	private static int count(History history, String group) throws JSONException {
		return new JSONObject(json(history, group)).getJSONArray("history").length();
	}

}
