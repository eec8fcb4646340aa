package io.pmboot.master;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.GroupState;
import io.pmboot.OperationRefusedException;
import io.pmboot.PendingReload;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadRefusedException;
import io.pmboot.UnknownGroupException;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.control.Frame;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerDisconnectedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.master.FakeWorker.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Scale and restart, scenario by scenario, on virtual time.
 */
class GroupOperationsTests {

	private final FakeWorld world = new FakeWorld(FakeWorld.listening(FakeWorld.settings("web", 2)),
			FakeWorld.settings("jobs", 1));

	@Test
	void scaleUpForksAtOnce() {
		start();
		web().scale(4);
		assertThat(this.world.info("web").children()).isEqualTo(4);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY, WorkerState.STARTING,
				WorkerState.STARTING);
		advance(5);
		assertThat(states()).hasSize(4).containsOnly(WorkerState.READY);
	}

	@Test
	void scaleDownDrainsTheHighestIndexesWithTheTimeOfAReload() {
		start();
		web().scale(5);
		advance(5);
		web().scale(2);
		assertThat(this.world.info("web").workers()).filteredOn((worker) -> worker.state() == WorkerState.DRAINING)
			.extracting(WorkerInfo::index)
			.containsExactly(2, 3, 4);
		assertThat(this.world.alive()).filteredOn((worker) -> worker.launch.index() >= 2)
			.allMatch((worker) -> worker.received
				.contains(new Frame.Drain(DrainReason.SCALED_DOWN, Duration.ofSeconds(75))));
		advance(5);
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::index).containsExactly(0, 1);
		assertThat(exits()).hasSize(3).allMatch((exit) -> exit.kind() == ExitKind.REQUESTED);
	}

	@Test
	void slotIsFilledAgainWhileTheWorkerThatHadItDrains() {
		this.world.script((launch) -> Script.good().draining(Duration.ofSeconds(60)));
		start();
		web().scale(1);
		web().scale(2);
		advance(10);
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::state)
			.containsExactly(WorkerState.READY, WorkerState.DRAINING, WorkerState.READY);
		advance(60);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
	}

	@Test
	void scaleToNoneAndBack() {
		start();
		web().scale(0);
		advance(5);
		assertThat(states()).isEmpty();
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.RUNNING);
		web().scale(1);
		advance(5);
		assertThat(states()).containsExactly(WorkerState.READY);
	}

	@Test
	void scaledNumberSurvivesAReload() {
		start();
		web().scale(3);
		advance(5);
		PendingReload reload = reload();
		advance(30);
		assertThat(reload.finished().join().outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::generation).containsExactly(2, 2, 2);
		web().scale(4);
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::generation).containsExactly(2, 2, 2, 2);
	}

	@Test
	void scaleOfAGroupThatGaveUpHoldsAfterItsPause() {
		giveUp();
		web().scale(3);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.GIVEN_UP);
		assertThat(this.world.info("web").children()).isEqualTo(3);
		advance(70);
		assertThat(states()).hasSize(3).containsOnly(WorkerState.READY);
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 1001, Integer.MAX_VALUE, Integer.MIN_VALUE })
	void numberOutOfRangeIsRefusedWithTheRange(int children) {
		start();
		assertThatIllegalArgumentException().isThrownBy(() -> web().scale(children))
			.withMessage("Group 'web' cannot have %d workers: 'children' is a number from 0 to 1000", children);
		assertThat(states()).hasSize(2);
	}

	@Test
	void restartReplacesOneWorkerAfterTheOther() {
		this.world.script((launch) -> Script.good().draining(Duration.ofSeconds(launch.index() * 10 + 1)));
		start();
		List<FakeWorker> old = webWorkers();
		web().restart(null);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.STARTING, WorkerState.READY);
		assertThat(this.world.info(old.get(0)).reason())
			.isEqualTo("is to be restarted: an operator asked for it; its successor is starting");
		assertThat(this.world.info(old.get(1)).reason())
			.isEqualTo("is to be restarted: an operator asked for it; it waits for its turn");
		advance(5);
		assertThat(states()).containsExactly(WorkerState.DRAINING, WorkerState.READY, WorkerState.READY,
				WorkerState.STARTING);
		assertThat(this.world.info(old.get(0)).reason()).isEqualTo("is to be restarted: an operator asked for it");
		advance(15);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
		assertThat(old).allMatch(
				(worker) -> worker.received.contains(new Frame.Drain(DrainReason.REPLACED, Duration.ofSeconds(75))));
		assertThat(old).noneMatch(FakeWorker::alive);
		assertThat(this.world.info("web").generation()).isEqualTo(1);
	}

	@Test
	void restartOfOneWorkerLeavesTheOthers() {
		start();
		FakeWorker other = this.world.serving("web", 0);
		FakeWorker restarted = this.world.serving("web", 1);
		web().restart(1);
		advance(10);
		assertThat(other.serving()).isTrue();
		assertThat(restarted.alive()).isFalse();
		assertThat(this.world.serving("web", 1).pid()).isNotEqualTo(restarted.pid());
	}

	@Test
	void restartsAreNeverFatal() {
		start();
		for (int i = 0; i < 20; i++) {
			web().restart(null);
			// Some while they are still starting.
			advance((i % 2 == 0) ? 2 : 10);
		}
		assertThat(exits()).hasSizeGreaterThan(10).allMatch((exit) -> exit.kind() == ExitKind.REQUESTED);
		assertThat(this.world.events(GiveupEvent.class)).isEmpty();
	}

	@Test
	void restartThatDoesNotEndIsKilledInTime() {
		this.world.script((launch) -> Script.good().stubborn());
		start();
		this.world.script((launch) -> Script.good());
		web().restart(0);
		advance(5);
		assertThat(states()).as("its successor serves")
			.containsExactly(WorkerState.DRAINING, WorkerState.READY, WorkerState.READY);
		advance(80);
		assertThat(exits()).singleElement().matches((exit) -> exit.kind() == ExitKind.KILLED);
		advance(5);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
	}

	@Test
	void restartEndsThePause() {
		giveUp();
		web().restart(0);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.RUNNING);
		advance(5);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 2 })
	void restartOfAWorkerThatThereIsNotIsRefused(int index) {
		start();
		assertThatIllegalArgumentException().isThrownBy(() -> web().restart(index))
			.withMessage("Group 'web' has no worker %d: it has 2, of which the first is 0", index);
	}

	@Test
	void operationsWaitForTheEndOfAReload() {
		start();
		reload();
		for (Consumer<GroupOperations> operation : List.<Consumer<GroupOperations>>of((web) -> web.scale(3),
				(web) -> web.restart(null), (web) -> web.restart(0), GroupOperations::start)) {
			assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> operation.accept(web()))
				.matches((ex) -> "web-2".equals(ex.runningId()))
				.withMessageContaining("it is being reloaded (web-2)");
		}
		assertThat(this.world.info("web").children()).isEqualTo(2);
		advance(30);
		web().scale(3);
		assertThat(this.world.info("web").children()).isEqualTo(3);
	}

	@Test
	void nothingIsDoneWhileTheMasterStops() {
		start();
		this.world.supervisor().stop();
		for (Consumer<GroupOperations> operation : List.<Consumer<GroupOperations>>of((web) -> web.scale(3),
				(web) -> web.restart(null), GroupOperations::stop, GroupOperations::start)) {
			assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> operation.accept(web()))
				.matches((ex) -> ex.runningId() == null)
				.withMessageContaining("the master is stopping");
		}
		assertThat(this.world.info("web").reason()).isEqualTo("the master is stopping");
	}

	@Test
	void unknownGroupIsNamed() {
		assertThatExceptionOfType(UnknownGroupException.class)
			.isThrownBy(() -> this.world.supervisor().operations("wep"))
			.withMessageContaining("wep")
			.withMessageContaining("web, jobs");
	}

	@Test
	void adjustChangesListeningGroupsOnly() {
		start();
		assertThat(this.world.supervisor().adjust(1)).isEmpty();
		assertThat(this.world.info("web").children()).isEqualTo(3);
		assertThat(this.world.info("jobs").children()).isEqualTo(1);
	}

	@Test
	void adjustKeepsOneWorker() {
		start();
		assertThat(this.world.supervisor().adjust(-1)).isEmpty();
		assertThat(this.world.supervisor().adjust(-1)).singleElement()
			.isEqualTo("Group 'web' cannot be scaled from 1 to 0 workers: it keeps 1, and has 1000 at most");
		assertThat(this.world.info("web").children()).isEqualTo(1);
		advance(5);
		assertThat(states()).containsExactly(WorkerState.READY);
	}

	@Test
	void adjustDuringAReloadIsDoneAfterItAndAStoppedGroupLeftOut() {
		start();
		reload();
		this.world.supervisor().adjust(1);
		this.world.supervisor().adjust(1);
		this.world.supervisor().adjust(-1);
		assertThat(this.world.info("web").children()).isEqualTo(2);
		advance(30);
		assertThat(this.world.info("web").children()).isEqualTo(3);
		web().stop();
		assertThat(this.world.supervisor().adjust(1)).isEmpty();
		assertThat(this.world.info("web").children()).isEqualTo(3);
	}

	@Test
	void reloadOfAllLeavesOutWhatIsStopped() {
		start();
		this.world.supervisor().operations("jobs").stop();
		assertThat(this.world.supervisor().reloadable()).containsExactly("web");
		assertThatExceptionOfType(ReloadRefusedException.class).isThrownBy(() -> this.world.reload("jobs"))
			.withMessageContaining("'jobs' cannot be reloaded: it is STOPPED (stopped on request at ");
		web().stop();
		assertThat(this.world.supervisor().reloadable()).containsExactly("web", "jobs");
	}

	@Test
	void workerThatDisconnectsIsReplacedAtOnceAndAnnounced() {
		this.world.script((launch) -> Script.good().draining(Duration.ofSeconds(20)));
		start();
		FakeWorker leaving = this.world.serving("web", 0);
		leaving.leave(DrainReason.DISCONNECTED);
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::state)
			.containsExactlyInAnyOrder(WorkerState.DRAINING, WorkerState.STARTING, WorkerState.READY);
		assertThat(this.world.events(WorkerDisconnectedEvent.class)).singleElement().satisfies((event) -> {
			assertThat(event.worker().pid()).isEqualTo(leaving.pid());
			assertThat(event.worker().state()).isEqualTo(WorkerState.DRAINING);
			assertThat(event.worker().reason()).isEqualTo("by itself: DISCONNECTED");
		});
		advance(30);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY);
		assertThat(exits()).singleElement().matches((exit) -> exit.kind() == ExitKind.VOLUNTARY);
		assertThat(this.world.events(WorkerDisconnectedEvent.class)).hasSize(1);
	}

	@Test
	void workerThatIsTerminatedIsNotSaidToDisconnect() {
		start();
		this.world.serving("web", 0).leave();
		advance(10);
		assertThat(this.world.events(WorkerDisconnectedEvent.class)).isEmpty();
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

	private PendingReload reload() {
		return this.world.reload("web");
	}

	private List<FakeWorker> webWorkers() {
		return this.world.alive().stream().filter((worker) -> worker.launch.group().equals("web")).toList();
	}

	private List<WorkerState> states() {
		return this.world.info("web").workers().stream().map(WorkerInfo::state).toList();
	}

	private List<WorkerExitedEvent> exits() {
		return this.world.events(WorkerExitedEvent.class);
	}

}
