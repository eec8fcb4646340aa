package io.pmboot.master;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.GroupStartFailedException;
import io.pmboot.GroupState;
import io.pmboot.OperationRefusedException;
import io.pmboot.PendingReload;
import io.pmboot.ReloadOutcome;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.control.Frame;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.master.FakeWorker.Script;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Stop and start of a group, scenario by scenario, on virtual time.
 */
class GroupStopAndStartTests {

	private final FakeWorld world = new FakeWorld(FakeWorld.listening(FakeWorld.settings("web", 2)),
			FakeWorld.settings("jobs", 1));

	@Test
	void stopDrainsAllForksNoneAndClosesTheListeners() {
		start();
		web().stop();
		assertThat(this.world.listeners().open("web")).isFalse();
		assertThat(this.world.listeners().open("jobs")).isTrue();
		assertThat(this.world.alive()).filteredOn((worker) -> worker.launch.group().equals("web"))
			.allMatch((worker) -> worker.received.contains(new Frame.Drain(DrainReason.STOP, Duration.ofSeconds(30))));
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.STOPPED);
		assertThat(this.world.info("web").reason()).isEqualTo("stopped on request at 1970-01-01T00:00:05Z");
		assertThat(this.world.info("web").listen()).containsExactly("8080");
		advance(200);
		assertThat(this.world.info("web").workers()).isEmpty();
		assertThat(this.world.info("web").children()).isEqualTo(2);
		assertThat(this.world.info("jobs").state()).isEqualTo(GroupState.RUNNING);
		assertThat(this.world.events(WorkerExitedEvent.class)).hasSize(2)
			.allMatch((exit) -> exit.kind() == ExitKind.REQUESTED);
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	@Test
	void secondStopDoesNothing() {
		start();
		web().stop();
		advance(2);
		web().stop();
		assertThat(this.world.alive()).hasSize(1);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.STOPPED);
	}

	@Test
	void stopDuringAForkEndsTheForkedProcess() {
		this.world.forkTakes(Duration.ofSeconds(2));
		this.world.supervisor().start();
		web().stop();
		advance(10);
		assertThat(this.world.info("web").workers()).isEmpty();
		assertThat(this.world.workers).hasSize(3);
	}

	@Test
	void stopCancelsAReload() {
		start();
		PendingReload reload = this.world.reload("web");
		advance(1);
		web().stop();
		assertThat(reload.finished().join().outcome()).isEqualTo(ReloadOutcome.CANCELLED);
		assertThat(reload.finished().join().cause()).isEqualTo("the group was stopped");
		advance(10);
		assertThat(this.world.info("web").workers()).isEmpty();
		web().start();
		advance(10);
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::generation).containsExactly(1, 1);
	}

	@Test
	void stopEndsThePause() {
		giveUp();
		web().stop();
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.STOPPED);
		advance(2);
		assertThat(this.world.loop().pendingTimers()).isZero();
		advance(100);
		assertThat(this.world.info("web").workers()).isEmpty();
	}

	@Test
	void startBindsAgainAndForks() {
		start();
		web().stop();
		advance(5);
		web().scale(3);
		assertThat(this.world.info("web").workers()).isEmpty();
		CompletableFuture<Void> start = web().start();
		advance(1);
		assertThat(start).isCompleted();
		assertThat(this.world.listeners().open("web")).isTrue();
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.RUNNING);
		advance(5);
		assertThat(states()).hasSize(3).containsOnly(WorkerState.READY);
	}

	@Test
	void startWhereNothingListensNeedsNothingBound() {
		start();
		this.world.listeners().taken = true;
		this.world.supervisor().operations("jobs").stop();
		advance(5);
		CompletableFuture<Void> start = this.world.supervisor().operations("jobs").start();
		advance(5);
		assertThat(start).isCompleted();
		assertThat(this.world.info("jobs").workers()).extracting(WorkerInfo::state).containsExactly(WorkerState.READY);
	}

	@Test
	void startOfARunningGroupDoesNothing() {
		start();
		assertThat(web().start()).isCompleted();
		assertThat(this.world.listeners().attempts).isZero();
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
	}

	@Test
	void startEndsThePause() {
		giveUp();
		assertThat(web().start()).isCompleted();
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.RUNNING);
		assertThat(states()).containsExactlyInAnyOrder(WorkerState.STARTING, WorkerState.READY);
	}

	@Test
	void startWhileWorkersOfTheStopDrainForksBesideThem() {
		this.world.script((launch) -> Script.good().draining(Duration.ofSeconds(25)));
		start();
		this.world.listeners().letGoTakes = Duration.ofSeconds(2);
		web().stop();
		CompletableFuture<Void> start = web().start();
		advance(1);
		assertThat(start).isNotDone();
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.STOPPED);
		assertThat(this.world.info("web").reason()).isEqualTo("being started: its listeners are bound first");
		advance(2);
		assertThat(start).isCompleted();
		advance(5);
		assertThat(states()).containsExactlyInAnyOrder(WorkerState.DRAINING, WorkerState.READY, WorkerState.DRAINING,
				WorkerState.READY);
		advance(30);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	@Test
	void startThatCannotBindLeavesItStoppedAndSaysWhy() {
		start();
		web().stop();
		advance(5);
		this.world.listeners().taken = true;
		CompletableFuture<Void> start = web().start();
		advance(1);
		assertThat(start).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCauseInstanceOf(GroupStartFailedException.class)
			.withMessageContaining("Group 'web' cannot listen on 8080")
			.withMessageContaining("another process listens there already");
		assertThat(this.world.listeners().attempts).isOne();
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.STOPPED);
		assertThat(this.world.info("web").reason()).startsWith("its start failed: Group 'web' cannot listen on 8080");
		this.world.listeners().taken = false;
		assertThat(web().start()).isNotCompletedExceptionally();
		advance(5);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
	}

	@Test
	void startTriesUntilTheLastWorkerOfTheStopIsGone() {
		this.world.script((launch) -> Script.good().draining(Duration.ofSeconds(4)));
		start();
		web().stop();
		this.world.listeners().taken = true;
		CompletableFuture<Void> start = web().start();
		advance(3);
		assertThat(start).isNotDone();
		advance(2);
		assertThat(start).isCompletedExceptionally();
		assertThat(this.world.listeners().attempts).isGreaterThan(2);
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	@Test
	void secondStartIsRefusedWhileTheFirstBinds() {
		start();
		web().stop();
		this.world.listeners().bindTakes = Duration.ofSeconds(3);
		web().start();
		advance(1);
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> web().start())
			.withMessage("Group 'web' cannot be started: that is under way already");
		assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> web().restart(null));
		advance(10);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
	}

	@Test
	void stopCancelsAStartThatBinds() {
		start();
		web().stop();
		advance(5);
		this.world.listeners().bindTakes = Duration.ofSeconds(3);
		CompletableFuture<Void> start = web().start();
		advance(1);
		web().stop();
		assertCancelled(start, "the group was stopped");
		advance(10);
		assertThat(this.world.info("web").workers()).isEmpty();
		assertThat(this.world.listeners().open("web")).isFalse();
		CompletableFuture<Void> again = web().start();
		advance(10);
		assertThat(again).isCompleted();
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
	}

	@Test
	void stopOfTheMasterCancelsAStart() {
		start();
		web().stop();
		this.world.listeners().taken = true;
		CompletableFuture<Void> start = web().start();
		CompletableFuture<Boolean> stopped = this.world.supervisor().stop();
		assertCancelled(start, "the master is stopping");
		advance(10);
		assertThat(stopped).isCompletedWithValue(false);
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	@Test
	void workersThatTheStopKilledAreReplacedByTheStart() {
		this.world.script((launch) -> Script.good().stubborn());
		start();
		web().stop();
		this.world.script((launch) -> Script.good());
		web().start();
		advance(60);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
		assertThat(this.world.events(WorkerExitedEvent.class)).hasSize(2)
			.allMatch((exit) -> exit.kind() == ExitKind.KILLED);
		CompletableFuture<Boolean> stopped = this.world.supervisor().stop();
		advance(40);
		// Of what the master's own stop killed, there is only the stubborn one of jobs.
		assertThat(stopped).isCompletedWithValue(true);
	}

	private static void assertCancelled(CompletableFuture<Void> start, String why) {
		assertThat(start).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCauseInstanceOf(OperationRefusedException.class)
			.withMessageContaining("The start of group 'web' was cancelled: " + why);
	}

	private void start() {
		this.world.supervisor().start();
		advance(5);
	}

	private void giveUp() {
		start();
		this.world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		this.world.serving("web", 0).exit(1);
		advance(10);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.GIVEN_UP);
		this.world.script((launch) -> Script.good());
	}

	private void advance(int seconds) {
		this.world.loop().advance(Duration.ofSeconds(seconds));
	}

	private GroupOperations web() {
		return this.world.supervisor().operations("web");
	}

	private List<WorkerState> states() {
		return this.world.info("web").workers().stream().map(WorkerInfo::state).toList();
	}

}
