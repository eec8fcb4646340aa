package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.GroupState;
import io.pmboot.Initiator;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOptions;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadRefusedException;
import io.pmboot.UnknownGroupException;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.control.Frame;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadStartedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.event.WorkerReadyEvent;
import io.pmboot.master.FakeWorker.Script;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the master does, scenario by scenario, on virtual time.
 */
class SupervisorTests {

	private final FakeWorld world = new FakeWorld(FakeWorld.settings("web", 2), FakeWorld.settings("jobs", 1));

	@Test
	void everySlotGetsAWorkerThatIsActivatedOnceReady() {
		start();
		assertThat(states("web")).containsExactly(WorkerState.READY, WorkerState.READY);
		assertThat(states("jobs")).containsExactly(WorkerState.READY);
		assertThat(this.world.workers).allMatch(FakeWorker::serving);
		assertThat(this.world.events(WorkerForkedEvent.class)).hasSize(3);
		assertThat(this.world.events(WorkerReadyEvent.class)).hasSize(3);
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	@Test
	void welcomeNamesTheWorker() {
		start();
		assertThat(this.world.serving("web", 1).received.get(0)).isEqualTo(new Frame.Welcome(1, "web", 1, 1, List.of(),
				Duration.ofSeconds(30), 2, Duration.ofSeconds(2), 1000, List.of()));
	}

	@Test
	void crashedWorkerIsReplacedAtOnceFromTheSameGeneration() {
		start();
		FakeWorker crashed = this.world.serving("web", 0);
		crashed.exit(137);
		advance(1);
		assertThat(this.world.workers).hasSize(4);
		assertThat(last().launch).isEqualTo(crashed.launch);
		assertThat(exits()).singleElement().satisfies((exit) -> {
			assertThat(exit.kind()).isEqualTo(ExitKind.FATAL);
			assertThat(exit.status().signal()).isEqualTo("KILL");
			assertThat(exit.lastOutput()).containsExactly("last words of " + crashed.pid());
		});
	}

	@Test
	void orderlyExitIsReplacedAndNotFatal() {
		start();
		for (int i = 0; i < 20; i++) {
			this.world.serving("jobs", 0).exit(0);
			advance(10);
		}
		assertThat(exits()).hasSize(20).allMatch((exit) -> exit.kind() == ExitKind.VOLUNTARY);
		assertThat(this.world.info("jobs").state()).isEqualTo(GroupState.RUNNING);
	}

	@Test
	void workerThatDrainsByItselfIsReplacedBeforeItIsGone() {
		start();
		FakeWorker leaving = this.world.serving("web", 0);
		leaving.leave();
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::state)
			.contains(WorkerState.DRAINING, WorkerState.STARTING);
		advance(10);
		assertThat(exits()).singleElement().matches((exit) -> exit.kind() == ExitKind.VOLUNTARY);
	}

	@Test
	void startThatAlwaysFailsGivesUpAfterFiveExitsAndTriesAgainAfterThePause() {
		FakeWorld world = new FakeWorld(FakeWorld.settings("bad", 1), FakeWorld.settings("good", 1));
		world.script((launch) -> launch.group().equals("bad") ? Script.good().failing(0, Duration.ofSeconds(12))
				: Script.good());
		world.supervisor().start();
		world.loop().advance(Duration.ofSeconds(61));
		assertThat(world.events(WorkerExitedEvent.class)).hasSize(5).allMatch((exit) -> exit.kind() == ExitKind.FATAL);
		assertThat(world.events(GiveupEvent.class)).singleElement().satisfies((giveup) -> {
			assertThat(giveup.group()).isEqualTo("bad");
			assertThat(giveup.fatalExits()).hasSize(5);
			assertThat(giveup.pause()).isEqualTo(Duration.ofSeconds(60));
		});
		assertThat(world.info("bad").state()).isEqualTo(GroupState.GIVEN_UP);
		assertThat(world.info("bad").reason()).contains("5 fatal exits").contains("bad-0").contains("exit code 0");
		assertThat(world.alive()).singleElement().matches((worker) -> worker.launch.group().equals("good"));
		assertThat(world.loop().pendingTimers()).isOne();
		world.loop().advance(Duration.ofSeconds(60));
		assertThat(world.info("bad").state()).isEqualTo(GroupState.RUNNING);
		assertThat(world.alive()).hasSize(2);
		assertThat(world.events(WorkerExitedEvent.class)).hasSize(5);
	}

	@Test
	void crashesAfterReadyCountWithinTheWindowOnly() {
		start();
		for (int i = 0; i < 4; i++) {
			this.world.serving("jobs", 0).exit(1);
			advance(10);
		}
		advance(30);
		this.world.serving("jobs", 0).exit(1);
		advance(10);
		assertThat(this.world.events(GiveupEvent.class)).isEmpty();
		for (int i = 0; i < 3; i++) {
			this.world.serving("jobs", 0).exit(1);
			advance(5);
		}
		assertThat(this.world.events(GiveupEvent.class)).isEmpty();
		this.world.serving("jobs", 0).exit(1);
		advance(1);
		assertThat(this.world.events(GiveupEvent.class)).hasSize(1);
	}

	@Test
	void livingWorkersServeOnDuringThePause() {
		start();
		this.world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		this.world.serving("web", 0).exit(1);
		advance(10);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.GIVEN_UP);
		assertThat(this.world.serving("web", 1)).isNotNull();
		assertThat(this.world.info("jobs").state()).isEqualTo(GroupState.RUNNING);
	}

	@Test
	void successfulReloadEndsThePause() {
		start();
		this.world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		this.world.serving("web", 0).exit(1);
		advance(10);
		this.world.script((launch) -> Script.good());
		PendingReload reload = reload("web");
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.RELOADING);
		advance(20);
		assertThat(outcome(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.RUNNING);
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	@Test
	void workerNotReadyInTimeIsEndedAndCounts() {
		this.world.script((launch) -> Script.good().neverReady());
		this.world.supervisor().start();
		advance(121);
		assertThat(exits()).hasSize(3).allMatch((exit) -> exit.kind() == ExitKind.FATAL);
	}

	@Test
	void reloadReplacesOneSlotAfterTheOther() {
		start();
		List<FakeWorker> old = List.copyOf(this.world.workers);
		PendingReload reload = reload("web");
		assertThat(reload.started()).isEqualTo(new ReloadInfo("web-2", "web", 1, 2, Initiator.CODE,
				Instant.EPOCH.plusSeconds(5), null, List.of(), 0, null, null));
		advance(2);
		assertThat(this.world.info("web").workers()).hasSize(3);
		advance(3);
		assertThat(this.world.serving("web", 0).launch.generation()).isEqualTo(2);
		assertThat(this.world.serving("web", 1).launch.generation()).isEqualTo(1);
		advance(5);
		assertThat(outcome(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(outcome(reload).cause()).isNull();
		assertThat(this.world.info("web").generation()).isEqualTo(2);
		assertThat(old).filteredOn((worker) -> worker.launch.group().equals("web"))
			.noneMatch(FakeWorker::alive)
			.allMatch(
					(worker) -> worker.received.contains(new Frame.Drain(DrainReason.RELOAD, Duration.ofSeconds(75))));
		assertThat(exits()).allMatch((exit) -> exit.kind() == ExitKind.REQUESTED);
		assertThat(this.world.events(ReloadStartedEvent.class)).hasSize(1);
		assertThat(this.world.events(ReloadFinishedEvent.class)).hasSize(1);
	}

	@Test
	void failedSuccessorLeavesItsPredecessorServing() {
		start();
		FakeWorker predecessor = this.world.serving("web", 0);
		this.world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(3)));
		PendingReload reload = reload("web");
		advance(2);
		last().tell(new Frame.StartFailed("Port is wrong. Action: mend it."));
		advance(3);
		ReloadInfo outcome = outcome(reload);
		assertThat(outcome.outcome()).isEqualTo(ReloadOutcome.FAILED);
		assertThat(outcome.cause()).contains("web-0").contains("exit code 1").contains("Port is wrong");
		assertThat(predecessor.serving()).isTrue();
		assertThat(predecessor.received).noneMatch(Frame.Drain.class::isInstance);
		assertThat(this.world.events(GiveupEvent.class)).isEmpty();
		assertThat(this.world.info("web").generation()).isEqualTo(1);
		assertThat(reload("web").started().toGeneration()).isEqualTo(3);
	}

	@Test
	void successorThatIsNeverReadyFailsTheReloadInTime() {
		start();
		this.world.script((launch) -> Script.good().neverReady());
		PendingReload reload = reload("web");
		advance(126);
		assertThat(outcome(reload).cause()).contains("not ready within 120s");
	}

	@Test
	void predecessorThatDiesDuringItsReplacementIsReplacedFromTheLastGoodGeneration() {
		start();
		reload("web");
		advance(1);
		this.world.serving("web", 0).exit(1);
		advance(1);
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::generation).containsExactly(1, 2, 1);
	}

	@Test
	void secondReloadIsRefusedWithTheFirstOnesId() {
		start();
		reload("web");
		assertThatExceptionOfType(ReloadRefusedException.class).isThrownBy(() -> reload("web"))
			.matches((ex) -> "web-2".equals(ex.runningId()));
		assertThatExceptionOfType(ReloadRefusedException.class).isThrownBy(
				() -> this.world.supervisor().reload(List.of("jobs", "web"), Initiator.CODE, ReloadOptions.NONE));
		assertThat(this.world.info("jobs").state()).isEqualTo(GroupState.RUNNING);
		assertThatExceptionOfType(UnknownGroupException.class).isThrownBy(() -> reload("nobody"))
			.withMessageContaining("nobody")
			.withMessageContaining("web, jobs");
	}

	@Test
	void predecessorThatDoesNotDrainIsTerminatedThenKilled() {
		this.world.script((launch) -> Script.good().stubborn());
		start();
		this.world.script((launch) -> Script.good());
		PendingReload reload = reload("jobs");
		advance(83);
		assertThat(reload.finished()).isNotDone();
		advance(3);
		assertThat(outcome(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(exits()).singleElement().matches((exit) -> exit.kind() == ExitKind.KILLED);
	}

	@Test
	void garbageClosesTheStreamAndReplacesTheWorker() {
		start();
		FakeWorker confused = this.world.serving("web", 0);
		confused.breakStream("unknown frame type 99");
		advance(10);
		assertThat(states("web")).containsExactly(WorkerState.READY, WorkerState.READY);
		assertThat(confused.alive()).isFalse();
		assertThat(exits()).singleElement().matches((exit) -> exit.kind() == ExitKind.FATAL);
	}

	@Test
	void workersThatAlwaysLoseTheirStreamMakeTheGroupGiveUp() {
		start();
		for (int i = 0; i < 5; i++) {
			this.world.serving("jobs", 0).breakStream("garbage");
			advance(6);
		}
		assertThat(this.world.events(GiveupEvent.class)).hasSize(1);
	}

	@Test
	void workerThatSaysReadyTwiceIsReplaced() {
		start();
		FakeWorker confused = this.world.serving("web", 0);
		confused.tell(new Frame.Ready());
		advance(10);
		assertThat(confused.alive()).isFalse();
		assertThat(states("web")).containsExactly(WorkerState.READY, WorkerState.READY);
	}

	@Test
	void workerThatSaysThatItHasDrainedWhileItServesIsReplaced() {
		start();
		FakeWorker confused = this.world.serving("jobs", 0);
		confused.tell(new Frame.Drained());
		advance(6);
		assertThat(this.world.serving("jobs", 0)).isNotSameAs(confused);
		assertThat(exits()).singleElement().satisfies((exit) -> assertThat(exit.kind()).isEqualTo(ExitKind.FATAL));
	}

	@Test
	void stopDrainsAllAndLeavesNoTimer() {
		start();
		var stopped = this.world.supervisor().stop();
		assertThat(this.world.workers)
			.allMatch((worker) -> worker.received.contains(new Frame.Drain(DrainReason.STOP, Duration.ofSeconds(30))));
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.STOPPED);
		advance(1);
		assertThat(stopped).isCompletedWithValue(false);
		assertThat(this.world.loop().pendingTimers()).isZero();
		assertThat(this.world.alive()).isEmpty();
		assertThat(exits()).allMatch((exit) -> exit.kind() == ExitKind.REQUESTED);
	}

	@Test
	void stopKillsWhatDoesNotEnd() {
		this.world.script((launch) -> Script.good().stubborn());
		start();
		var stopped = this.world.supervisor().stop();
		advance(34);
		assertThat(stopped).isNotDone();
		advance(2);
		assertThat(stopped).isCompletedWithValue(true);
	}

	@Test
	void onlyWhatTheStopKilledCounts() {
		this.world.script((launch) -> Script.good().stubborn());
		start();
		this.world.script((launch) -> Script.good());
		reload("jobs");
		reload("web");
		advance(200);
		assertThat(exits()).hasSize(3).allMatch((exit) -> exit.kind() == ExitKind.KILLED);
		var stopped = this.world.supervisor().stop();
		advance(2);
		assertThat(stopped).isCompletedWithValue(false);
	}

	@Test
	void stopCancelsAReload() {
		start();
		PendingReload reload = reload("web");
		advance(1);
		var stopped = this.world.supervisor().stop();
		assertThat(outcome(reload).outcome()).isEqualTo(ReloadOutcome.CANCELLED);
		advance(10);
		assertThat(stopped).isDone();
		assertThatExceptionOfType(ReloadRefusedException.class).isThrownBy(() -> reload("web"));
	}

	@Test
	void stopDuringAForkEndsTheForkedProcess() {
		this.world.forkTakes(Duration.ofSeconds(2));
		this.world.supervisor().start();
		var stopped = this.world.supervisor().stop();
		assertThat(stopped).isNotDone();
		advance(3);
		assertThat(stopped).isDone();
		assertThat(this.world.workers).hasSize(3).noneMatch(FakeWorker::alive);
	}

	@Test
	void onlyItsOwnWorkersAreAdmitted() {
		this.world.forkTakes(Duration.ofSeconds(1));
		this.world.supervisor().start();
		var early = this.world.supervisor().admits(100).toCompletableFuture();
		var stranger = this.world.supervisor().admits(4711).toCompletableFuture();
		assertThat(early).isNotDone();
		advance(2);
		assertThat(early).isCompletedWithValue(true);
		assertThat(stranger).isCompletedWithValue(false);
		this.world.workers.get(0).exit(1);
		this.world.loop().step();
		var exited = this.world.supervisor().admits(100).toCompletableFuture();
		advance(2);
		assertThat(exited).isCompletedWithValue(false);
	}

	@Test
	void emptyGroupReloadsAtOnce() {
		FakeWorld world = new FakeWorld(FakeWorld.settings("none", 0));
		world.supervisor().start();
		PendingReload reload = world.reload("none");
		world.loop().advance(Duration.ZERO);
		assertThat(outcome(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(world.supervisor().stop()).isCompletedWithValue(false);
	}

	private void start() {
		this.world.supervisor().start();
		advance(5);
	}

	private void advance(int seconds) {
		this.world.loop().advance(Duration.ofSeconds(seconds));
	}

	private PendingReload reload(String group) {
		return this.world.reload(group);
	}

	private static ReloadInfo outcome(PendingReload reload) {
		assertThat(reload.finished()).isDone();
		return reload.finished().join();
	}

	private List<WorkerState> states(String group) {
		return this.world.info(group).workers().stream().map(WorkerInfo::state).toList();
	}

	private List<WorkerExitedEvent> exits() {
		return this.world.events(WorkerExitedEvent.class);
	}

	private FakeWorker last() {
		return this.world.workers.get(this.world.workers.size() - 1);
	}

}
