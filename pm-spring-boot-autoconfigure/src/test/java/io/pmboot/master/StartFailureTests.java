package io.pmboot.master;

import java.time.Duration;

import io.pmboot.PendingReload;
import io.pmboot.ReloadOutcome;
import io.pmboot.control.Frame;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.master.FakeWorker.Script;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said of workers that do not get ready: whether they ever spoke.
 */
class StartFailureTests {

	private static final String SILENT = "; it never spoke to the master";

	private static final Duration NEVER = Duration.ofDays(1);

	private final FakeWorld world = new FakeWorld(FakeWorld.settings("web", 1));

	@Test
	void programThatLivesWithoutSpeaking() {
		this.world.script((launch) -> silent(null));
		start(Duration.ofSeconds(120));
		assertThat(this.world.info("web").workers()).singleElement()
			.satisfies((worker) -> assertThat(worker.reason()).isEqualTo("not ready within 120s" + SILENT));
		this.world.loop().advance(Duration.ofSeconds(1));
		assertThat(firstExit()).isEqualTo("exit code 143 (SIGTERM); not ready within 120s" + SILENT);
	}

	@Test
	void programThatEndsWithoutSpeaking() {
		this.world.script((launch) -> silent(0));
		start(Duration.ofSeconds(2));
		assertThat(firstExit()).isEqualTo("exit code 0" + SILENT);
		this.world.loop().advance(Duration.ofSeconds(10));
		assertThat(this.world.info("web").reason()).contains("exit code 0" + SILENT);
	}

	@Test
	void workerThatSpokeAndIsTooSlow() {
		this.world.script((launch) -> Script.good().neverReady());
		start(Duration.ofSeconds(121));
		assertThat(firstExit()).isEqualTo("exit code 143 (SIGTERM); not ready within 120s");
	}

	@Test
	void workerThatSpokeAndExits() {
		this.world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		start(Duration.ofSeconds(2));
		assertThat(firstExit()).isEqualTo("exit code 1");
	}

	@Test
	void workerThatFollowsAFailedOneSaysWhichTryItIsAndWhatHappenedBefore() {
		this.world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		start(Duration.ofMillis(2500));
		assertThat(this.world.info("web").workers()).singleElement().satisfies((worker) -> {
			assertThat(worker.reason()).startsWith("try 3, after exit code 1; its last output: last words of ");
			assertThat(this.world.alive()).singleElement().satisfies((last) -> last.tell(new Frame.Waiting("warm-up")));
		});
		this.world.loop().advance(Duration.ofMillis(10));
		assertThat(this.world.info("web").workers()).singleElement()
			.satisfies((worker) -> assertThat(worker.reason()).startsWith("waits: warm-up; try 3, after exit code 1"));
		this.world.script((launch) -> Script.good());
		this.world.loop().advance(Duration.ofSeconds(10));
		this.world.serving("web", 0).exit(137);
		this.world.loop().advance(Duration.ofSeconds(1));
		assertThat(this.world.info("web").workers()).singleElement()
			.satisfies((worker) -> assertThat(worker.reason()).startsWith("try 2, after exit code 137 (SIGKILL)"));
	}

	@Test
	void giveupTellsAllThatIsKnownOfTheLastFailure() {
		this.world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		start(Duration.ofSeconds(10));
		assertThat(this.world.info("web").reason()).matches(
				"5 fatal exits, forks again at \\S+; the last was web-0, exit code 1; its last output: last words of \\d+");
	}

	@Test
	void workerThatIsStoppedBeforeItSpoke() {
		this.world.script((launch) -> silent(null));
		start(Duration.ofSeconds(2));
		this.world.supervisor().stop();
		this.world.loop().advance(Duration.ofSeconds(2));
		assertThat(firstExit()).isEqualTo("exit code 143 (SIGTERM)");
	}

	@Test
	void outcomeOfAReloadSaysItTogetherWithTheLastOutput() {
		start(Duration.ofSeconds(10));
		this.world.script((launch) -> silent(0));
		PendingReload reload = this.world.reload("web");
		this.world.loop().advance(Duration.ofSeconds(2));
		assertThat(reload.finished().join().outcome()).isEqualTo(ReloadOutcome.FAILED);
		assertThat(reload.finished().join().cause()).contains("exited before it was ready: exit code 0" + SILENT)
			.contains("its last output: last words of");
	}

	private void start(Duration duration) {
		this.world.supervisor().start();
		this.world.loop().advance(duration.plusMillis(10));
	}

	private static Script silent(Integer exitCode) {
		return new Script(NEVER, false, Duration.ZERO, exitCode, Duration.ofSeconds(1), Duration.ofMillis(500), false);
	}

	private String firstExit() {
		return this.world.events(WorkerExitedEvent.class).get(0).worker().reason();
	}

}
