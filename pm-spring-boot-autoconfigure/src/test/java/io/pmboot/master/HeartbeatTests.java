package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.ExitKind;
import io.pmboot.Heartbeat;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerHungEvent;
import io.pmboot.master.FakeWorker.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the master makes of heartbeats, and of those that stay away, on virtual time.
 */
class HeartbeatTests {

	private static final int MAX_LOST = 3;

	private FakeWorld world = world(MAX_LOST);

	@Test
	void theLastHeartbeatIsInTheStatus() {
		FakeWorker worker = start();
		Heartbeat first = this.world.info(worker).heartbeat();
		assertThat(first.load().scores()).containsEntry("pid", (double) worker.pid());
		advance(2);
		Heartbeat next = this.world.info(worker).heartbeat();
		assertThat(next.load().served()).isEqualTo(first.load().served() + 1);
		assertThat(next.at()).isEqualTo(first.at().plusSeconds(2));
	}

	@Test
	void silentWorkerIsReplacedAtOnceAndKilledOnceItWasDumped() {
		FakeWorker silent = start();
		FakeWorker other = this.world.serving("web", 1);
		silent.hang();
		advance(6);
		assertThat(this.world.info(silent).state()).isEqualTo(WorkerState.READY);
		awaitVerdict(silent);
		assertThat(this.world.info(silent).reason()).startsWith("hung: no heartbeat for").contains("(3 missed)");
		assertThat(this.world.launches).as("its successor").hasSize(3);
		assertThat(this.world.events(WorkerHungEvent.class)).singleElement()
			.satisfies((hung) -> assertThat(hung.worker().pid()).isEqualTo(silent.pid()))
			.satisfies((hung) -> assertThat(hung.symptom()).contains("no heartbeat"));
		assertThat(silent.alive()).isTrue();
		this.world.loop().advance(WorkerHandle.DUMP_TIMEOUT.plusMillis(10));
		assertThat(silent.alive()).isFalse();
		WorkerExitedEvent exit = exits().get(0);
		assertThat(exit.kind()).isEqualTo(ExitKind.FATAL);
		assertThat(exit.worker().reason()).startsWith("exit code 137 (SIGKILL); it was hung: no heartbeat")
			.endsWith("it says nothing");
		advance(10);
		assertThat(this.world.serving("web", 0)).isNotSameAs(silent);
		assertThat(other.serving()).isTrue();
		assertThat(exits()).hasSize(1);
	}

	@Test
	void hangCountsAsOneFatalExit() {
		FakeWorker silent = start();
		silent.hang();
		advance(20);
		assertThat(exits()).hasSize(1);
		for (int i = 0; i < 3; i++) {
			this.world.serving("web", 0).exit(1);
			advance(6);
		}
		assertThat(this.world.events(GiveupEvent.class)).as("four fatal exits").isEmpty();
		this.world.serving("web", 0).exit(1);
		advance(1);
		assertThat(this.world.events(GiveupEvent.class)).as("five").hasSize(1);
	}

	@Test
	void workerIsReplacedThatTellsThreeTimesOfOneDeadlock() {
		FakeWorker deadlocked = start();
		deadlocked.deadlock("exec-1", "exec-2");
		advance(4);
		assertThat(this.world.info(deadlocked).state()).isEqualTo(WorkerState.READY);
		awaitVerdict(deadlocked);
		assertThat(this.world.info(deadlocked).reason()).contains("its threads exec-1, exec-2 wait for each other");
		advance(10);
		assertThat(exits()).hasSize(1);
		assertThat(this.world.serving("web", 0)).isNotSameAs(deadlocked);
	}

	@Test
	void workerIsReplacedThatTellsThreeTimesThatNobodyAccepts() {
		FakeWorker deaf = start();
		deaf.acceptors(0);
		advance(4);
		assertThat(this.world.info(deaf).state()).isEqualTo(WorkerState.READY);
		awaitVerdict(deaf);
		assertThat(this.world.info(deaf).reason()).startsWith("hung: no thread of it accepts connections");
		advance(10);
		assertThat(exits()).singleElement().extracting(WorkerExitedEvent::kind).isEqualTo(ExitKind.FATAL);
		assertThat(this.world.serving("web", 0)).isNotSameAs(deaf);
	}

	@Test
	void workerIsReplacedThatDoesNothingButCollectGarbageForThreeHeartbeats() {
		FakeWorker full = start();
		full.collect(95);
		advance(4);
		assertThat(this.world.info(full).state()).isEqualTo(WorkerState.READY);
		awaitVerdict(full);
		assertThat(this.world.info(full).reason())
			.startsWith("hung: its garbage collector took 95 % of the time or more");
		advance(10);
		assertThat(this.world.serving("web", 0)).isNotSameAs(full);
	}

	@Test
	void workerThatCollectsMuchAndNotAllTheTimeStays() {
		FakeWorker worker = start();
		for (int i = 0; i < 10; i++) {
			worker.collect(100);
			advance(4);
			worker.collect(94);
			advance(2);
		}
		assertThat(worker.serving()).isTrue();
	}

	@Test
	void collectingIsNotJudgedWhereItIsOff() {
		this.world = world(MAX_LOST, 0);
		FakeWorker full = start();
		full.collect(100);
		advance(60);
		assertThat(full.serving()).isTrue();
	}

	@Test
	void deadlocksThatPassAreNone() {
		FakeWorker worker = start();
		for (int i = 0; i < 10; i++) {
			worker.deadlock("exec-" + i, "exec-x");
			advance(4);
			worker.deadlock();
			advance(2);
		}
		assertThat(worker.serving()).isTrue();
	}

	@Test
	void withZeroNobodyIsJudgedAndNoTimerRuns() {
		this.world = world(0);
		FakeWorker silent = start();
		silent.hang();
		assertThat(this.world.loop().pendingTimers()).isZero();
		advance(1000);
		assertThat(this.world.info(silent).state()).isEqualTo(WorkerState.READY);
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 9, 60, 3600 })
	void starvedMasterJudgesNobodyUntilItHasHeardAnew(int seconds) {
		// So that it looks after the stall before it reads what has come meanwhile.
		this.world.script((launch) -> new Script(Duration.ofMillis(300), true, Duration.ofMillis(3_300), null,
				Duration.ZERO, Duration.ZERO, false));
		start();
		this.world.loop().stall(Duration.ofSeconds(seconds));
		advance(seconds + 30);
		assertThat(exits()).isEmpty();
		assertThat(this.world.workers).hasSize(2).allMatch(FakeWorker::serving);
	}

	@Test
	void starvedMasterFindsAHungWorkerAfterAFullAllowance() {
		FakeWorker silent = start();
		silent.hang();
		this.world.loop().stall(Duration.ofSeconds(60));
		advance(60 + 7);
		assertThat(this.world.info(silent).state()).isEqualTo(WorkerState.READY);
		awaitVerdict(silent);
	}

	@Test
	void shortStopsOfTheMasterAreNotTheWorkersFault() {
		this.world = world(1);
		start();
		for (int i = 0; i < 50; i++) {
			this.world.loop().stall(Duration.ofMillis(2_500));
			this.world.loop().advance(Duration.ofMillis(5_013));
		}
		assertThat(exits()).isEmpty();
	}

	@Test
	void workersThatStartOrDrainAreNotJudged() {
		FakeWorker draining = start();
		this.world.script((launch) -> Script.good().draining(Duration.ofSeconds(60)));
		draining.leave();
		draining.hang();
		advance(20);
		assertThat(draining.alive()).isTrue();
		assertThat(this.world.info(draining).reason()).contains("TERMINATED");
	}

	@Test
	void stopDuringADumpEndsTheHungWorkerAndLeavesNoTimer() {
		FakeWorker silent = start();
		silent.hang();
		awaitVerdict(silent);
		var stopped = this.world.supervisor().stop();
		advance(5);
		assertThat(stopped).isCompletedWithValue(true);
		assertThat(exits()).anyMatch((exit) -> exit.kind() == ExitKind.KILLED);
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	private static FakeWorld world(int maxLost) {
		return world(maxLost, 95);
	}

	private static FakeWorld world(int maxLost, int maxCollecting) {
		return new FakeWorld(TestGroup.named("web")
			.children(2)
			.heartbeats(Duration.ofSeconds(2), maxLost, maxCollecting)
			.settings());
	}

	private FakeWorker start() {
		this.world.supervisor().start();
		advance(5);
		return this.world.serving("web", 0);
	}

	// The allowance is over after 8 s, and somebody looks every 2 s.
	private void awaitVerdict(FakeWorker worker) {
		for (int i = 0; i < 150 && this.world.info(worker).state() == WorkerState.READY; i++) {
			this.world.loop().advance(Duration.ofMillis(100));
		}
		assertThat(this.world.info(worker).state()).isEqualTo(WorkerState.DRAINING);
	}

	private void advance(int seconds) {
		this.world.loop().advance(Duration.ofSeconds(seconds));
	}

	private List<WorkerExitedEvent> exits() {
		return this.world.events(WorkerExitedEvent.class);
	}

}
