package io.pmboot.master;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.GroupState;
import io.pmboot.PendingReload;
import io.pmboot.ReloadOutcome;
import io.pmboot.RestartReason;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.control.Frame;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerReadyEvent;
import io.pmboot.event.WorkerRestartEvent;
import io.pmboot.master.FakeWorker.Script;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.Surge;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers that reach a limit of {@code recycle}, and restarts that fail, on virtual time:
 * a good worker is READY 4.3 s after its fork.
 */
class RecyclingTests {

	private static final Duration NEVER = Duration.ZERO;

	private static final DataSize ANY = DataSize.ofBytes(0);

	private @Nullable FakeWorld world;

	@Test
	void oneThatIsOldEnoughIsReplacedSuccessorFirst() {
		FakeWorker old = start(web().children(1).recycle(0, Duration.ofMinutes(10), ANY));
		advance(Duration.ofMinutes(9).minusSeconds(10));
		assertThat(world().launches).hasSize(1);
		advance(Duration.ofMinutes(1).plusSeconds(10));
		assertThat(world().serving("web", 0)).isNotSameAs(old);
		assertThat(old.received).contains(new Frame.Drain(DrainReason.REPLACED, Duration.ofSeconds(75)));
		WorkerRestartEvent restart = restarts().get(0);
		assertThat(restart.reason()).isEqualTo(RestartReason.AGE);
		assertThat(restart.why()).matches("it has been ready for \\d+(s|ms) \\(recycle.age: 600s\\)");
		assertThat(restart.worker().pid()).isEqualTo(old.pid());
		assertThat(restart.worker().reason()).isEqualTo("is to be recycled: " + restart.why());
		assertThat(restart.failure()).isNull();
		advance(Duration.ofSeconds(10));
		assertThat(exits()).singleElement().satisfies((exit) -> {
			assertThat(exit.kind()).isEqualTo(ExitKind.REQUESTED);
			assertThat(exit.worker().reason()).isEqualTo("exit code 0; it was to be recycled: " + restart.why());
		});
	}

	@Test
	void oneThatHasServedEnoughIsReplaced() {
		FakeWorker first = start(web().recycle(1000, NEVER, ANY));
		FakeWorker second = world().serving("web", 1);
		first.served(800);
		advance(Duration.ofMinutes(2));
		first.served(1000);
		advance(Duration.ofSeconds(10));
		assertThat(world().serving("web", 0)).isNotSameAs(first);
		assertThat(world().serving("web", 1)).isSameAs(second);
		assertThat(restarts()).singleElement()
			.satisfies((restart) -> assertThat(restart.why())
				.isEqualTo("it has served 1000 requests (recycle.requests: 1000)"));
	}

	@Test
	void oneThatHasGrownIsReplaced() {
		FakeWorker grown = start(web().recycle(0, NEVER, DataSize.ofMegabytes(512)));
		advance(Duration.ofMinutes(2));
		assertThat(world().launches).as("the system may not tell").hasSize(2);
		grown.grown(DataSize.ofMegabytes(460).toBytes());
		grown.grown(DataSize.ofMegabytes(513).toBytes());
		advance(Duration.ofSeconds(10));
		assertThat(world().serving("web", 0)).isNotSameAs(grown);
		assertThat(restarts()).singleElement()
			.satisfies((restart) -> assertThat(restart.why())
				.isEqualTo("it has 525312 KB of memory (recycle.memory: 524288 KB)"));
	}

	@Test
	void limitThatIsReachedAtOnceHasNobodyForkAllTheTime() {
		start(web().children(1).recycle(1, NEVER, ANY));
		advance(Duration.ofSeconds(50));
		assertThat(world().launches).hasSize(1);
		advance(Duration.ofMinutes(10));
		assertThat(world().launches).hasSizeBetween(9, 12);
	}

	@Test
	void eachWorkerHasLimitsOfItsOwn() {
		start(web().children(20).recycle(0, Duration.ofMinutes(100), ANY));
		advance(Duration.ofMinutes(101));
		List<Long> ages = world().events(WorkerRestartEvent.class)
			.stream()
			.map((restart) -> Long.parseLong(restart.why().replaceAll("\\D*(\\d+)ms.*", "$1")))
			.toList();
		assertThat(ages).hasSize(20)
			.doesNotHaveDuplicates()
			.allMatch((age) -> age >= Duration.ofMinutes(90).toMillis() && age <= Duration.ofMinutes(100).toMillis());
		assertThat(ages.stream().mapToLong(Long::longValue).summaryStatistics())
			.satisfies((statistics) -> assertThat(statistics.getMax() - statistics.getMin())
				.isGreaterThan(Duration.ofMinutes(5).toMillis()));
	}

	@Test
	void oneIsReplacedAtATime() {
		start(web().children(5).recycle(1000, NEVER, ANY));
		advance(Duration.ofMinutes(1));
		IntStream.range(0, 5).forEach((index) -> world().serving("web", index).served(2000));
		for (int i = 0; i < 40; i++) {
			advance(Duration.ofSeconds(1));
			assertThat(inState(WorkerState.READY)).isGreaterThanOrEqualTo(5);
			assertThat(inState(WorkerState.STARTING)).isLessThanOrEqualTo(1);
		}
		assertThat(restarts()).hasSize(5);
	}

	@Test
	void nextWaitsForTheExitOfTheLastWhereReloadsDo() {
		world(reloading(Order.START_FIRST, true).recycle(1000, NEVER, ANY));
		world().script((launch) -> Script.good().draining(Duration.ofSeconds(40)));
		start();
		advance(Duration.ofMinutes(1));
		world().alive().forEach((worker) -> worker.served(2000));
		advance(Duration.ofSeconds(40));
		assertThat(world().launches).hasSize(3);
		advance(Duration.ofSeconds(40));
		assertThat(world().launches).hasSize(4);
	}

	@Test
	void oneWhoseSuccessorFailsGoesOnAndTheNextIsTriedAfterAGrowingPause() {
		FakeWorker old = start(web().children(1).recycle(1000, NEVER, ANY));
		advance(Duration.ofMinutes(1));
		world().script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		old.served(1000);
		advance(Duration.ofSeconds(6));
		WorkerRestartEvent failed = restarts().get(0);
		assertThat(failed.failure()).contains("exited before it was ready: exit code 1").contains("last words of");
		assertThat(failed.worker().state()).isEqualTo(WorkerState.READY);
		assertThat(world().info(old).reason())
			.startsWith("is to be recycled: it has served 1000 requests (recycle.requests: 1000); "
					+ "its successor failed (1 in a row), the next is forked at ")
			.contains("the last was web-0");
		advance(Duration.ofMinutes(60));
		assertThat(old.serving()).isTrue();
		assertThat(world().launches).as("after 10, 20, 40, 80, 160 s and then each 5 minutes").hasSizeBetween(16, 19);
		assertThat(world().events(GiveupEvent.class)).isEmpty();
		world().script((launch) -> Script.good());
		advance(Duration.ofMinutes(6));
		assertThat(old.alive()).isFalse();
		assertThat(world().info("web").state()).isEqualTo(GroupState.RUNNING);
	}

	@Test
	void successorThatIsTooSlowIsOneThatFails() {
		FakeWorker old = start(web().children(1).recycle(1000, NEVER, ANY));
		advance(Duration.ofMinutes(1));
		world().script((launch) -> Script.good().neverReady());
		old.served(1000);
		advance(Duration.ofSeconds(123));
		assertThat(restarts().get(0).failure()).contains("not ready within 120s");
		advance(Duration.ofMinutes(30));
		assertThat(old.serving()).isTrue();
		assertThat(world().events(GiveupEvent.class)).isEmpty();
	}

	@Test
	void successorThatCannotBeForkedIsOneThatFails() {
		FakeWorker old = start(web().children(1).recycle(1000, NEVER, ANY));
		advance(Duration.ofMinutes(1));
		world().script((launch) -> null);
		old.served(1000);
		advance(Duration.ofMinutes(1));
		assertThat(restarts()).hasSizeBetween(2, 3)
			.allSatisfy((restart) -> assertThat(restart.failure()).contains("no memory"));
		assertThat(world().info("web").reason()).isNull();
	}

	@Test
	void oneThatDiesMeanwhileLeavesItsSlotToItsSuccessor() {
		FakeWorker old = start(web().children(1).recycle(1000, NEVER, ANY));
		advance(Duration.ofMinutes(1));
		old.served(1000);
		advance(Duration.ofSeconds(3));
		old.exit(1);
		advance(Duration.ofSeconds(5));
		assertThat(world().workers).hasSize(2);
		assertThat(inState(WorkerState.READY)).isOne();
	}

	@Test
	void reloadReplacesItAnyway() {
		FakeWorker old = start(web().children(1).recycle(1000, NEVER, ANY));
		advance(Duration.ofMinutes(1));
		PendingReload reload = world().reload("web");
		old.served(1000);
		advance(Duration.ofSeconds(3));
		assertThat(world().info(old).reason()).endsWith("; when reload web-2 is over, or holds");
		advance(Duration.ofSeconds(57));
		assertThat(reload.finished().join().outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(world().launches).hasSize(2);
		assertThat(restarts()).isEmpty();
	}

	@Test
	void oneThatAReloadLeftIsReplacedAfterIt() {
		FakeWorker old = start(web().children(1).recycle(1000, NEVER, ANY));
		advance(Duration.ofMinutes(1));
		world().script((launch) -> Script.good().failing(1, Duration.ofSeconds(3)));
		PendingReload reload = world().reload("web");
		old.served(1000);
		advance(Duration.ofSeconds(2));
		world().script((launch) -> Script.good());
		advance(Duration.ofSeconds(10));
		assertThat(reload.finished().join().outcome()).isEqualTo(ReloadOutcome.FAILED);
		assertThat(world().serving("web", 0)).isNotSameAs(old);
		assertThat(world().serving("web", 0).launch.generation()).isOne();
	}

	@Test
	void groupThatHasGivenUpRecyclesNobody() {
		FakeWorker old = start(web().restartIntensity(1, Duration.ofMinutes(5)).recycle(1000, NEVER, ANY));
		advance(Duration.ofMinutes(1));
		world().serving("web", 1).exit(1);
		advance(Duration.ofSeconds(1));
		assertThat(world().info("web").state()).isEqualTo(GroupState.GIVEN_UP);
		old.served(1000);
		advance(Duration.ofMinutes(4));
		assertThat(old.serving()).isTrue();
		assertThat(world().launches).hasSize(2);
		advance(Duration.ofMinutes(2));
		assertThat(world().serving("web", 0)).isNotSameAs(old);
	}

	@Test
	void withHandoverTheSuccessorIsReadyFirstAndTwoAreNeverActive() {
		world(reloading(Order.HANDOVER, false).children(1).recycle(1000, NEVER, ANY));
		world().script((launch) -> Script.good().draining(Duration.ofSeconds(5)));
		FakeWorker old = start();
		advance(Duration.ofMinutes(1));
		old.served(1000);
		advance(Duration.ofSeconds(7));
		assertThat(old.received).contains(new Frame.Drain(DrainReason.HANDOVER, Duration.ofSeconds(75)));
		assertThat(world().workers.get(1).wasActivated()).isFalse();
		advance(Duration.ofSeconds(5));
		assertThat(world().serving("web", 0)).isSameAs(world().workers.get(1));
	}

	@Test
	void withHandoverTheNextWaitsUntilTheLastIsActive() {
		world(reloading(Order.HANDOVER, false).recycle(1000, NEVER, ANY));
		world().script((launch) -> Script.good().draining(Duration.ofSeconds(30)));
		start();
		advance(Duration.ofMinutes(1));
		world().alive().forEach((worker) -> worker.served(1000));
		advance(Duration.ofSeconds(30));
		assertThat(world().launches).hasSize(3);
		advance(Duration.ofSeconds(20));
		assertThat(world().launches).hasSize(4);
	}

	@Test
	void withHandoverTheNextWaitsAlsoForOneWhoseControlStreamHasEnded() {
		world(reloading(Order.HANDOVER, false).recycle(1000, NEVER, ANY));
		world().script((launch) -> Script.good().draining(Duration.ofSeconds(30)));
		start();
		advance(Duration.ofMinutes(1));
		world().alive().forEach((worker) -> worker.served(1000));
		advance(Duration.ofSeconds(10));
		assertThat(world().launches).hasSize(3);
		world().workers.get(2).breakStream(null);
		advance(Duration.ofMillis(1));
		world().supervisor().start();
		assertThat(world().launches).hasSize(3);
	}

	@Test
	void withStopFirstOneDrainsAsInAReloadWhileAllOthersAreReady() {
		world(reloading(Order.STOP_FIRST, false).recycle(1000, NEVER, ANY));
		FakeWorker old = start();
		advance(Duration.ofMinutes(1));
		world().alive().forEach((worker) -> worker.served(1000));
		for (int i = 0; i < 20; i++) {
			advance(Duration.ofSeconds(1));
			assertThat(inState(WorkerState.READY)).isGreaterThanOrEqualTo(1);
			assertThat(world().alive()).hasSizeLessThanOrEqualTo(2);
		}
		assertThat(old.received).contains(new Frame.Drain(DrainReason.REPLACED, Duration.ofSeconds(75)));
		assertThat(restarts()).hasSize(2);
		assertThat(exits()).allMatch((exit) -> exit.kind() == ExitKind.REQUESTED);
		assertThat(inState(WorkerState.READY)).isEqualTo(2);
	}

	@Test
	void withStopFirstARestartStopsAllAtOnce() {
		world(reloading(Order.STOP_FIRST, false));
		start();
		world().supervisor().operations("web").restart(null);
		assertThat(inState(WorkerState.DRAINING)).isEqualTo(2);
		assertThat(world().alive()).allMatch(
				(worker) -> worker.received.contains(new Frame.Drain(DrainReason.RESTART, Duration.ofSeconds(30))));
		advance(Duration.ofSeconds(6));
		assertThat(inState(WorkerState.READY)).isEqualTo(2);
	}

	@Test
	void restartTriesAtOnceWhatFailedBefore() {
		FakeWorker old = start(web().children(1).recycle(1000, NEVER, ANY));
		advance(Duration.ofMinutes(1));
		world().script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		old.served(1000);
		advance(Duration.ofMinutes(5));
		world().script((launch) -> Script.good());
		world().supervisor().operations("web").restart(0);
		advance(Duration.ofSeconds(5));
		assertThat(world().serving("web", 0)).isNotSameAs(old);
		assertThat(restarts().get(restarts().size() - 1).reason()).isEqualTo(RestartReason.OPERATOR);
	}

	@Test
	void restartComesBeforeWhatHasReachedALimit() {
		FakeWorker first = start(web().children(3).recycle(1000, NEVER, ANY));
		advance(Duration.ofMinutes(1));
		FakeWorker last = world().serving("web", 2);
		world().alive().forEach((worker) -> worker.served(1000));
		advance(Duration.ofSeconds(3));
		world().supervisor().operations("web").restart(2);
		advance(Duration.ofSeconds(10));
		assertThat(first.alive()).isFalse();
		assertThat(last.alive()).isFalse();
		assertThat(restarts()).extracting(WorkerRestartEvent::reason)
			.containsExactly(RestartReason.REQUESTS, RestartReason.OPERATOR);
	}

	@ParameterizedTest
	@EnumSource(names = { "START_FIRST", "STOP_FIRST" })
	void oneThatStartsIsRestartedAtOnce(Order order) {
		world(reloading(order, false));
		world().script((launch) -> Script.good().neverReady());
		world().supervisor().start();
		advance(Duration.ofSeconds(1));
		world().script((launch) -> Script.good());
		world().supervisor().operations("web").restart(0);
		advance(Duration.ofSeconds(7));
		assertThat(world().serving("web", 0).serving()).isTrue();
		assertThat(world().launches).hasSize(3);
	}

	@Test
	void hungWorkerHoldsNoRestartUp() {
		FakeWorker hung = start(web());
		FakeWorker other = world().serving("web", 1);
		hung.hang();
		world().supervisor().operations("web").restart(null);
		advance(Duration.ofSeconds(10));
		assertThat(world().serving("web", 0)).isNotSameAs(hung);
		assertThat(world().serving("web", 1)).isNotSameAs(other);
		advance(Duration.ofSeconds(81));
		assertThat(hung.alive()).isFalse();
		assertThat(inState(WorkerState.READY)).isEqualTo(2);
	}

	@Test
	void unfitWorkerHoldsNoRestartUp() {
		FakeWorker unfit = start(web());
		FakeWorker other = world().serving("web", 1);
		world().script(
				(launch) -> (launch.index() == 0) ? Script.good().failing(1, Duration.ofSeconds(1)) : Script.good());
		unfit.unfit();
		advance(Duration.ofMillis(10));
		world().supervisor().operations("web").restart(null);
		advance(Duration.ofSeconds(8));
		assertThat(unfit.alive()).isFalse();
		assertThat(other.received).contains(new Frame.Drain(DrainReason.REPLACED, Duration.ofSeconds(75)));
	}

	@Test
	void stopEndsASuccessorThatIsOnItsWay() {
		start(web());
		world().supervisor().operations("web").restart(null);
		advance(Duration.ofSeconds(1));
		world().supervisor().operations("web").stop();
		advance(Duration.ofSeconds(5));
		assertThat(world().alive()).isEmpty();
		assertThat(world().loop().pendingTimers()).isZero();
		assertThat(world().events(WorkerReadyEvent.class)).hasSize(2);
	}

	@Test
	void stopForgetsWhatWasToBeTriedAgain() {
		FakeWorker old = start(web().children(1));
		world().script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		world().supervisor().operations("web").restart(0);
		advance(Duration.ofSeconds(2));
		assertThat(restarts()).hasSize(1);
		world().supervisor().operations("web").stop();
		advance(Duration.ofSeconds(5));
		assertThat(old.alive()).isFalse();
		assertThat(world().loop().pendingTimers()).isZero();
	}

	@Test
	void slotThatIsScaledAwayTakesItsSuccessorWithIt() {
		start(web());
		world().supervisor().operations("web").restart(1);
		advance(Duration.ofSeconds(1));
		world().supervisor().operations("web").scale(1);
		advance(Duration.ofSeconds(10));
		assertThat(world().alive()).singleElement().satisfies((worker) -> assertThat(worker.serving()).isTrue());
	}

	@Test
	void successorsOfOneGroupStartOneAtATimeBesideAll() {
		start(web().serialStart(true).recycle(1000, NEVER, ANY));
		world().serving("web", 1).exit(1);
		advance(Duration.ofSeconds(1));
		world().supervisor().operations("web").restart(0);
		advance(Duration.ofSeconds(2));
		assertThat(inState(WorkerState.STARTING)).as("first the one that is missing").isOne();
		advance(Duration.ofSeconds(10));
		assertThat(restarts()).hasSize(1);
		assertThat(inState(WorkerState.READY)).isEqualTo(2);
	}

	private static TestGroup web() {
		return TestGroup.like(FakeWorld.settings("web", 2));
	}

	private static TestGroup reloading(Order order, boolean waitForDrain) {
		return web().reload(TestGroup.reload(Surge.of("1"), Duration.ZERO, Duration.ofSeconds(75), Duration.ZERO,
				waitForDrain, order, 2));
	}

	private void world(TestGroup group) {
		this.world = new FakeWorld(group.settings());
	}

	private FakeWorld world() {
		return Objects.requireNonNull(this.world);
	}

	private FakeWorker start(TestGroup group) {
		world(group);
		return start();
	}

	private FakeWorker start() {
		world().supervisor().start();
		advance(Duration.ofSeconds(10));
		return world().serving("web", 0);
	}

	private void advance(Duration duration) {
		world().loop().advance(duration);
	}

	private long inState(WorkerState state) {
		return world().info("web").workers().stream().map(WorkerInfo::state).filter(state::equals).count();
	}

	private List<WorkerRestartEvent> restarts() {
		return world().events(WorkerRestartEvent.class);
	}

	private List<WorkerExitedEvent> exits() {
		return world().events(WorkerExitedEvent.class);
	}

}
