package io.pmboot.master;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.pmboot.DrainReason;
import io.pmboot.GroupState;
import io.pmboot.Initiator;
import io.pmboot.OperationRefusedException;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadRefusedException;
import io.pmboot.ReloadStep;
import io.pmboot.ReloadStep.Kind;
import io.pmboot.WorkerInfo;
import io.pmboot.control.Frame;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadProgressEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.master.FakeWorker.Script;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.Surge;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * How a reload goes forward and back, on virtual time: workers are ready 4.3 s after they
 * are forked.
 */
class ReloadTests {

	private static final Reload OBSERVED = TestGroup.reload(Surge.of("1"), Duration.ofSeconds(10),
			Duration.ofSeconds(75), Duration.ZERO, false, Order.START_FIRST, 2);

	private static final Reload HANDOVER = TestGroup.reload(Surge.of("1"), Duration.ofSeconds(1),
			Duration.ofSeconds(75), Duration.ZERO, false, Order.HANDOVER, 2);

	private FakeWorld world;

	@Test
	void reloadToTheSameContentSaysSo() {
		start(1, FakeWorld.RELOAD);
		this.world.copies.unchanged = true;
		PendingReload reload = this.world.reload("web");
		this.world.loop().advance(Duration.ofSeconds(30));
		assertThat(reload.finished().join().outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(reload.finished().join().steps().get(0).detail())
			.isEqualTo("the file of the application has the same content as in generation 1");
	}

	@Test
	void bothOfASlotServeWhileTheSuccessorIsObserved() {
		start(2, OBSERVED);
		FakeWorker predecessor = this.world.serving("web", 0);
		PendingReload reload = this.world.reload("web");
		advance(14);
		assertThat(predecessor.serving()).isTrue();
		assertThat(this.world.workers).filteredOn(FakeWorker::serving).hasSize(3);
		advance(1);
		assertThat(predecessor.serving()).isFalse();
		advance(16);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(steps(reload, 0)).containsExactly(Kind.FORKED, Kind.READY, Kind.ACTIVATED, Kind.OBSERVED,
				Kind.DRAINING, Kind.DRAINED);
		assertThat(info(reload).steps().get(0).kind()).isEqualTo(Kind.COPIED);
		assertThat(info(reload).steps()).filteredOn((step) -> step.kind() == Kind.OBSERVED)
			.extracting(ReloadStep::took)
			.containsOnly(Duration.ofSeconds(10));
		assertThat(this.world.events(ReloadProgressEvent.class)).extracting(ReloadProgressEvent::step)
			.isEqualTo(info(reload).steps());
	}

	@Test
	void successorThatDiesWhileObservedLeavesItsPredecessorServing() {
		start(2, OBSERVED);
		FakeWorker predecessor = this.world.serving("web", 0);
		PendingReload reload = this.world.reload("web");
		advance(8);
		last().exit(137);
		advance(1);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(info(reload).cause()).contains("exited before the reload was over: exit code 137 (SIGKILL)")
			.contains("last words");
		assertThat(predecessor.serving()).isTrue();
		assertThat(predecessor.received).noneMatch(Frame.Drain.class::isInstance);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.RUNNING);
		assertThat(this.world.events(GiveupEvent.class)).isEmpty();
		assertThat(this.world.copies.of("web")).containsExactly(1);
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	@Test
	void successorThatLosesItsStreamAtTheEndOfItsObservationFailsTheReload() {
		start(1, OBSERVED);
		PendingReload reload = this.world.reload("web");
		advance(14);
		this.world.script((launch) -> Script.good().draining(Duration.ofSeconds(20)));
		last().breakStream(null);
		advance(30);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(generations()).containsExactly(1);
	}

	@Test
	void successorThatRefusesTrafficWhileObservedLeavesItsPredecessorServing() {
		start(1, OBSERVED);
		FakeWorker predecessor = this.world.serving("web", 0);
		PendingReload reload = this.world.reload("web");
		advance(8);
		last().tell(new Frame.Accepting(false));
		advance(5);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(info(reload).cause()).endsWith("accepts nothing: its application refuses traffic");
		assertThat(predecessor.serving()).isTrue();
		assertThat(generations()).containsExactly(1);
	}

	@Test
	void failureInTheSecondSlotTakesTheFirstOneBack() {
		start(2, OBSERVED);
		this.world.script((launch) -> (launch.index() == 1 && launch.generation() == 2)
				? Script.good().failing(3, Duration.ofSeconds(1)) : Script.good());
		PendingReload reload = this.world.reload("web");
		advance(16);
		assertThat(reload.finished()).isNotDone();
		assertThat(this.world.info("web").reason()).isEqualTo("reload web-2 goes back to generation 1");
		advance(5);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.ROLLED_BACK);
		assertThat(info(reload).cause()).contains("web-1 (generation 2")
			.contains("exit code 3")
			.endsWith("1 of 2 slots had been replaced and went back to generation 1");
		assertThat(generations()).containsExactly(1, 1);
		assertThat(this.world.info("web").generation()).isEqualTo(1);
		assertThat(steps(reload, 0)).endsWith(Kind.FORKED, Kind.READY, Kind.ACTIVATED, Kind.ROLLED_BACK, Kind.DRAINING,
				Kind.DRAINED);
	}

	@Test
	void slotThatCannotGoBackKeepsWhoeverServes() {
		start(2, OBSERVED);
		this.world.script((launch) -> (launch.generation() == 2 && launch.index() == 0) ? Script.good()
				: Script.good().failing(3, Duration.ofSeconds(1)));
		PendingReload reload = this.world.reload("web");
		advance(30);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.ROLLED_BACK);
		assertThat(info(reload).cause()).contains("Slot 0 stays on generation 2: web-0 (generation 1");
		assertThat(generations()).containsExactly(2, 1);
		this.world.script((launch) -> Script.good());
		this.world.serving("web", 0).exit(1);
		advance(5);
		assertThat(generations()).containsExactly(1, 1);
		assertThat(this.world.copies.of("web")).containsExactly(1);
	}

	@Test
	void copyThatFailsWhileACancelledReloadGoesBackIsInNobodysWay() {
		start(2, OBSERVED);
		this.world.script((launch) -> (launch.generation() == 2 && launch.index() == 0) ? Script.good()
				: Script.good().failing(3, Duration.ofSeconds(1)));
		this.world.reload("web");
		advance(30);
		assertThat(generations()).containsExactly(2, 1);
		this.world.script((launch) -> Script.good());
		this.world.copies.takes = Duration.ofSeconds(3);
		this.world.copies.failure = "app.jar is no archive";
		PendingReload cancelled = this.world.reload("web");
		advance(1);
		this.world.supervisor().cancel(cancelled.started().id());
		advance(3);
		assertThat(cancelled.finished()).isNotDone();
		advance(5);
		assertThat(outcome(cancelled)).isEqualTo(ReloadOutcome.CANCELLED);
		assertThat(generations()).containsExactly(1, 1);
		assertThat(this.world.launches).extracting((launch) -> launch.of().generation()).doesNotContain(3);
		assertThat(this.world.copies.of("web")).containsExactly(1);
	}

	@Test
	void replacedWorkerThatDiesBeforeTheReloadIsOverTakesItBack() {
		start(2, OBSERVED);
		PendingReload reload = this.world.reload("web");
		advance(16);
		this.world.serving("web", 0).exit(1);
		advance(10);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.ROLLED_BACK);
		assertThat(generations()).containsExactly(1, 1);
	}

	@Test
	void batchIsActivatedTogether() {
		start(5, settings("50%", (surge) -> TestGroup.reload(surge.maxSurge(), Duration.ZERO, Duration.ofSeconds(75),
				Duration.ofSeconds(7), false, Order.START_FIRST, 2)));
		this.world.script((launch) -> (launch.index() == 2) ? slow() : Script.good());
		PendingReload reload = this.world.reload("web");
		advance(9);
		assertThat(this.world.info("web").workers()).hasSize(8);
		assertThat(this.world.workers).filteredOn(FakeWorker::wasActivated).hasSize(5);
		advance(2);
		assertThat(this.world.workers).filteredOn(FakeWorker::wasActivated).hasSize(8);
		advance(5);
		assertThat(this.world.info("web").workers()).as("within the pause").hasSize(5);
		advance(8);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(generations()).containsOnly(2).hasSize(5);
	}

	@Test
	void failureInABatchStopsTheOthersOfIt() {
		start(4, settings("100%", UnaryOperator.identity()));
		this.world.script(
				(launch) -> (launch.index() == 3) ? Script.good().failing(1, Duration.ofSeconds(6)) : Script.good());
		PendingReload reload = this.world.reload("web");
		advance(8);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(this.world.workers).filteredOn((worker) -> worker.launch.generation() == 2)
			.noneMatch(FakeWorker::wasActivated)
			.noneMatch(FakeWorker::alive);
		assertThat(this.world.workers).filteredOn(FakeWorker::serving).hasSize(4);
	}

	@Test
	void waitsForTheDrainOfABatchWhereToldTo() {
		start(2, TestGroup.reload(Surge.of("1"), Duration.ZERO, Duration.ofSeconds(75), Duration.ZERO, true,
				Order.START_FIRST, 2), Script.good().draining(Duration.ofSeconds(30)));
		PendingReload reload = this.world.reload("web");
		advance(30);
		assertThat(this.world.info("web").workers()).hasSize(3);
		advance(10);
		assertThat(this.world.workers).hasSize(4);
		advance(30);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@Test
	void handoverActivatesASuccessorWhenItsPredecessorHasDrained() {
		start(1, HANDOVER, Script.good().draining(Duration.ofSeconds(3)));
		FakeWorker predecessor = this.world.serving("web", 0);
		PendingReload reload = this.world.reload("web");
		advance(5);
		assertThat(predecessor.received).contains(new Frame.Drain(DrainReason.HANDOVER, Duration.ofSeconds(75)));
		assertThat(last().wasActivated()).isFalse();
		assertThat(this.world.info("web").workers().get(1).reason())
			.isEqualTo("accepts as soon as nothing is in flight in its predecessor");
		this.world.loop().advance(Duration.ofMillis(2306));
		assertThat(last().wasActivated()).isTrue();
		assertThat(predecessor.alive()).isTrue();
		assertThat(this.world.info("web").workers().get(1).reason()).isNull();
		advance(2);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(steps(reload, 0)).containsExactly(Kind.FORKED, Kind.READY, Kind.DRAINING, Kind.ACTIVATED,
				Kind.DRAINED, Kind.OBSERVED);
	}

	@Test
	void handoverWaitsForTheExitOfAPredecessorThatDoesNotDrain() {
		start(1, TestGroup.reload(Surge.of("1"), Duration.ZERO, Duration.ofSeconds(10), Duration.ZERO, false,
				Order.HANDOVER, 2), Script.good().stubborn());
		PendingReload reload = this.world.reload("web");
		advance(15);
		assertThat(last().wasActivated()).isFalse();
		advance(6);
		assertThat(last().wasActivated()).isTrue();
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@Test
	void handoverGoesBackAsItWent() {
		start(1, TestGroup.reload(Surge.of("1"), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ZERO, false,
				Order.HANDOVER, 2), Script.good().draining(Duration.ofSeconds(3)));
		PendingReload reload = this.world.reload("web");
		advance(9);
		assertThat(last().wasActivated()).isTrue();
		this.world.supervisor().cancel("web-2");
		advance(5);
		assertThat(last().wasActivated()).isFalse();
		assertThat(last().launch.generation()).isEqualTo(1);
		advance(5);
		assertThat(last().wasActivated()).isTrue();
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.CANCELLED);
		assertThat(generations()).containsExactly(1);
	}

	@Test
	void stopFirstNeverHasMoreProcessesThanSlots() {
		start(2, TestGroup.reload(Surge.of("1"), Duration.ofSeconds(1), Duration.ofSeconds(75), Duration.ZERO, false,
				Order.STOP_FIRST, 2), Script.good().draining(Duration.ofSeconds(3)));
		PendingReload reload = this.world.reload("web");
		for (int i = 0; i < 200; i++) {
			this.world.loop().advance(Duration.ofMillis(100));
			assertThat(this.world.alive()).hasSizeLessThanOrEqualTo(2);
		}
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(steps(reload, 0)).startsWith(Kind.DRAINING, Kind.DRAINED, Kind.FORKED);
		assertThat(generations()).containsExactly(2, 2);
	}

	@Test
	void stopFirstForksTheLastGoodGenerationWhereTheSuccessorFails() {
		start(2, TestGroup.reload(Surge.of("1"), Duration.ofSeconds(1), Duration.ofSeconds(75), Duration.ZERO, false,
				Order.STOP_FIRST, 2));
		this.world.script((launch) -> (launch.generation() == 2) ? Script.good().failing(1, Duration.ofSeconds(1))
				: Script.good());
		PendingReload reload = this.world.reload("web");
		advance(10);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(generations()).containsExactly(1, 1);
	}

	@Test
	void copyThatFailsRefusesTheReload() {
		start(2, OBSERVED);
		this.world.copies.failure = "app.jar is no archive";
		PendingReload reload = this.world.reload("web");
		advance(1);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(info(reload).cause()).isEqualTo("Generation 2 cannot be started: app.jar is no archive");
		assertThat(this.world.workers).hasSize(2).allMatch(FakeWorker::serving);
		assertThat(this.world.info("web").generation()).isEqualTo(1);
	}

	@Test
	void copyThatTakesTooLongRefusesTheReloadAndIsRemoved() {
		start(2, OBSERVED);
		this.world.copies.takes = Duration.ofSeconds(200);
		PendingReload reload = this.world.reload("web");
		advance(121);
		assertThat(info(reload).cause()).endsWith("to copy the application took longer than 120s");
		advance(100);
		assertThat(this.world.copies.of("web")).containsExactly(1);
		assertThat(this.world.workers).hasSize(2);
	}

	@Test
	void rollbackByHandGoesBackToTheGenerationBeforeOnce() {
		start(2, OBSERVED);
		assertThatExceptionOfType(ReloadRefusedException.class).isThrownBy(this::rollback)
			.withMessageContaining("no good generation before 1 is kept");
		this.world.reload("web");
		advance(40);
		assertThat(this.world.copies.of("web")).containsExactly(1, 2);
		PendingReload rollback = rollback();
		assertThat(rollback.started()).extracting(ReloadInfo::id, ReloadInfo::fromGeneration, ReloadInfo::toGeneration)
			.containsExactly("web-r1", 2, 1);
		advance(40);
		assertThat(outcome(rollback)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(generations()).containsExactly(1, 1);
		assertThat(this.world.info("web").generation()).isEqualTo(1);
		assertThat(this.world.copies.of("web")).containsExactly(1);
		assertThatExceptionOfType(ReloadRefusedException.class).isThrownBy(this::rollback);
		assertThat(this.world.reload("web").started().toGeneration()).isEqualTo(3);
	}

	@Test
	void rollbackToAGenerationWithoutACopyIsRefused() {
		start(2, OBSERVED);
		this.world.copies.inPlace = true;
		for (int i = 0; i < 2; i++) {
			this.world.reload("web");
			advance(40);
		}
		assertThat(this.world.info("web").copied()).isFalse();
		assertThatExceptionOfType(ReloadRefusedException.class).isThrownBy(this::rollback)
			.withMessageContaining("generation 2 ran in place");
	}

	@Test
	void cancelTakesBackWhatWasReplaced() {
		start(2, OBSERVED);
		PendingReload reload = this.world.reload("web");
		advance(17);
		PendingReload cancelled = this.world.supervisor().cancel("web-2");
		assertThat(cancelled.started().steps()).isNotEmpty();
		assertThat(reload.finished()).isNotDone();
		advance(10);
		assertThat(outcome(cancelled)).isEqualTo(ReloadOutcome.CANCELLED);
		assertThat(info(reload).cause()).startsWith("cancelled on request");
		assertThat(generations()).containsExactly(1, 1);
		assertThat(this.world.events(WorkerExitedEvent.class)).noneMatch((exit) -> exit.status().code() != 0);
	}

	@Test
	void theNextMayBeginWhenOnlyPredecessorsDrain() {
		start(2, FakeWorld.RELOAD, Script.good().draining(Duration.ofSeconds(60)));
		PendingReload first = this.world.reload("web");
		advance(6);
		assertRefused("is being reloaded already (web-2)");
		advance(4);
		assertThat(generations()).containsExactly(1, 2, 1, 2);
		PendingReload second = this.world.reload("web");
		assertThat(second.started().fromGeneration()).isEqualTo(2);
		advance(10);
		assertThat(generations()).containsExactly(1, 2, 3, 1, 2, 3);
		assertRefused("cannot be reloaded yet: predecessors of web-2 and web-3 drain still");
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> this.world.supervisor().cancel("web-2"))
			.withMessageContaining("every slot has been replaced");
		advance(50);
		assertThat(info(first).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(steps(first, 1)).endsWith(Kind.DRAINING, Kind.DRAINED);
		assertThat(second.finished()).isNotDone();
		PendingReload third = this.world.reload("web");
		advance(150);
		assertThat(outcome(second)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(outcome(third)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(generations()).containsExactly(4, 4);
		assertThat(this.world.copies.of("web")).isEqualTo(Set.of(3, 4));
	}

	@Test
	void whatWasReplacedServesOnWhereTheNextFails() {
		start(1, FakeWorld.RELOAD, Script.good().draining(Duration.ofSeconds(60)));
		PendingReload first = this.world.reload("web");
		advance(6);
		this.world.script((launch) -> (launch.generation() == 3) ? Script.good().failing(3, Duration.ofSeconds(1))
				: Script.good());
		PendingReload second = this.world.reload("web");
		advance(5);
		assertThat(outcome(second)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(first.finished()).isNotDone();
		assertThat(this.world.serving("web", 0).launch.generation()).isEqualTo(2);
		advance(60);
		assertThat(outcome(first)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(this.world.info("web").generation()).isEqualTo(2);
	}

	@Test
	void whatDrainsIsNotInTheWayOfARollbackNorOfScaling() {
		start(1, FakeWorld.RELOAD, Script.good().draining(Duration.ofSeconds(60)));
		this.world.reload("web");
		advance(6);
		this.world.supervisor().operations("web").scale(2);
		advance(6);
		assertThat(generations()).containsExactly(1, 2, 2);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.RUNNING);
		PendingReload back = rollback();
		assertThat(back.started().toGeneration()).isEqualTo(1);
		advance(150);
		assertThat(outcome(back)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(generations()).containsExactly(1, 1);
	}

	@Test
	void signalsDuringAReloadAreOneReloadAfterIt() {
		start(2, FakeWorld.RELOAD);
		this.world.reload("web");
		advance(1);
		assertThat(this.world.supervisor().order()).hasSize(1);
		assertThat(this.world.supervisor().order()).hasSize(1);
		assertThat(this.world.info("web").reason())
			.isEqualTo("reload web-2 is under way, and another one was ordered by a signal");
		advance(60);
		assertThat(this.world.supervisor().reloads()).extracting(ReloadInfo::id, ReloadInfo::initiator)
			.containsExactly(tuple("web-3", Initiator.SIGNAL), tuple("web-2", Initiator.CODE));
		assertThat(generations()).containsExactly(3, 3);
	}

	@Test
	void signalDuringAReloadThatFailsIsOneReloadAfterIt() {
		start(1, FakeWorld.RELOAD);
		this.world.script((launch) -> (launch.generation() == 2) ? Script.good().failing(3, Duration.ofSeconds(2))
				: Script.good());
		PendingReload bad = this.world.reload("web");
		advance(1);
		this.world.supervisor().order();
		advance(10);
		assertThat(outcome(bad)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(generations()).containsExactly(3);
	}

	@Test
	void whatASignalOrderedIsDroppedWithTheGroup() {
		start(1, FakeWorld.RELOAD);
		this.world.reload("web");
		advance(1);
		this.world.supervisor().order();
		this.world.supervisor().operations("web").stop();
		advance(10);
		this.world.supervisor().operations("web").start();
		advance(10);
		assertThat(this.world.supervisor().reloads()).hasSize(1);
	}

	private void assertRefused(String why) {
		assertThatExceptionOfType(ReloadRefusedException.class).isThrownBy(() -> this.world.reload("web"))
			.withMessageContaining(why);
	}

	@Test
	void drainThatIsCutIsCounted() {
		start(1, TestGroup.reload(Surge.of("1"), Duration.ZERO, Duration.ofSeconds(2), Duration.ZERO, false,
				Order.START_FIRST, 2), Script.good().draining(Duration.ofDays(1)));
		FakeWorker predecessor = this.world.serving("web", 0);
		PendingReload reload = this.world.reload("web");
		advance(10);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(predecessor.received).contains(new Frame.Drain(DrainReason.RELOAD, Duration.ofSeconds(2)));
		assertThat(info(reload).requestsCut()).isEqualTo(2);
		assertThat(info(reload).steps()).last()
			.extracting(ReloadStep::kind, ReloadStep::detail)
			.containsExactly(Kind.DRAINED, "2 requests were cut");
	}

	@Test
	void remembersTheLastTwenty() {
		start(0, OBSERVED);
		for (int i = 0; i < 25; i++) {
			this.world.reload("web");
			advance(1);
		}
		assertThat(this.world.supervisor().reloads()).hasSize(20)
			.extracting(ReloadInfo::id)
			.startsWith("web-26", "web-25")
			.endsWith("web-7");
		assertThat(this.world.copies.of("web")).isEqualTo(Set.of(25, 26));
	}

	private static Script slow() {
		return new Script(Duration.ofMillis(300), true, Duration.ofSeconds(10), null, Duration.ZERO,
				Duration.ofMillis(500), false);
	}

	private static Reload settings(String surge, UnaryOperator<Reload> more) {
		return more.apply(TestGroup.reload(Surge.of(surge), Duration.ZERO, Duration.ofSeconds(75), Duration.ZERO, false,
				Order.START_FIRST, 2));
	}

	private void start(int children, Reload reload) {
		start(children, reload, Script.good());
	}

	private void start(int children, Reload reload, Script script) {
		this.world = new FakeWorld(FakeWorld.reloading(FakeWorld.settings("web", children), reload));
		this.world.script((launch) -> script);
		this.world.supervisor().start();
		advance(5);
	}

	private void advance(int seconds) {
		this.world.loop().advance(Duration.ofSeconds(seconds));
	}

	private PendingReload rollback() {
		return this.world.supervisor().operations("web").rollback(Initiator.CODE);
	}

	private FakeWorker last() {
		return this.world.workers.get(this.world.workers.size() - 1);
	}

	private List<Integer> generations() {
		return this.world.info("web").workers().stream().map(WorkerInfo::generation).toList();
	}

	private static ReloadInfo info(PendingReload reload) {
		assertThat(reload.finished()).isDone();
		return reload.finished().join();
	}

	private static ReloadOutcome outcome(PendingReload reload) {
		return info(reload).outcome();
	}

	private static List<Kind> steps(PendingReload reload, int index) {
		return info(reload).steps()
			.stream()
			.filter((step) -> step.index() != null && step.index() == index)
			.map(ReloadStep::kind)
			.toList();
	}

}
