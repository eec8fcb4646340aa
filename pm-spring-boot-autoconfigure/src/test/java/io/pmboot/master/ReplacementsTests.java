package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.PendingReload;
import io.pmboot.ReloadOutcome;
import io.pmboot.WorkerState;
import io.pmboot.control.Frame;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerUnfitEvent;
import io.pmboot.master.FakeWorker.Script;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of workers that are not fit to go on, on virtual time: a good one is READY
 * 4.3 s after its fork.
 */
class ReplacementsTests {

	private final FakeWorld world = new FakeWorld(FakeWorld.settings("web", 2));

	@Test
	void unfitWorkerServesUntilItsSuccessorDoes() {
		FakeWorker unfit = start();
		unfit.unfit();
		advance(Duration.ofMillis(10));
		assertThat(this.world.launches).as("its successor").hasSize(3);
		assertThat(this.world.info(unfit).reason()).isEqualTo("is to be replaced: it is broken");
		advance(Duration.ofSeconds(3));
		assertThat(unfit.serving()).isTrue();
		assertThat(this.world.info(unfit).reason()).isEqualTo("is to be replaced: it is broken; it says nothing");
		advance(Duration.ofSeconds(2));
		assertThat(unfit.received).contains(new Frame.Drain(DrainReason.REPLACED, Duration.ofSeconds(75)));
		assertThat(this.world.serving("web", 0)).isNotSameAs(unfit);
		assertThat(exits()).singleElement().satisfies((exit) -> {
			assertThat(exit.kind()).isEqualTo(ExitKind.FATAL);
			assertThat(exit.worker().reason())
				.isEqualTo("exit code 0; it was to be replaced: it is broken; it says nothing");
		});
		assertThat(this.world.events(WorkerUnfitEvent.class)).singleElement()
			.satisfies((event) -> assertThat(event.worker().pid()).isEqualTo(unfit.pid()));
		advance(Duration.ofSeconds(60));
		assertThat(this.world.workers).hasSize(3);
	}

	@Test
	void isCountedOnceAsFatal() {
		start();
		for (int i = 0; i < 4; i++) {
			this.world.serving("web", 0).unfit();
			advance(Duration.ofSeconds(7));
		}
		assertThat(exits()).hasSize(4);
		assertThat(this.world.events(GiveupEvent.class)).isEmpty();
		FakeWorker last = this.world.serving("web", 0);
		last.unfit();
		advance(Duration.ofSeconds(30));
		assertThat(this.world.events(GiveupEvent.class)).hasSize(1);
		assertThat(last.serving()).as("nobody would take its place").isTrue();
		advance(Duration.ofSeconds(40));
		assertThat(last.alive()).isFalse();
		assertThat(this.world.serving("web", 0)).isNotSameAs(last);
		assertThat(this.world.events(GiveupEvent.class)).hasSize(1);
	}

	@Test
	void oneIsReplacedAtATime() {
		FakeWorker first = start();
		FakeWorker second = this.world.serving("web", 1);
		first.unfit();
		second.unfit();
		advance(Duration.ofSeconds(4));
		assertThat(this.world.launches).hasSize(3);
		advance(Duration.ofSeconds(10));
		assertThat(this.world.workers).hasSize(4);
		assertThat(this.world.alive()).doesNotContain(first, second);
	}

	@Test
	void endsAllTheSameWhereItsSuccessorFails() {
		FakeWorker unfit = start();
		this.world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		unfit.unfit();
		advance(Duration.ofMillis(1_100));
		assertThat(unfit.received).contains(new Frame.Drain(DrainReason.RESTART, Duration.ofSeconds(30)));
		this.world.script((launch) -> Script.good());
		advance(Duration.ofSeconds(10));
		assertThat(this.world.serving("web", 0)).isNotSameAs(unfit);
		assertThat(this.world.workers).hasSize(4);
	}

	@Test
	void itsSuccessorTakesItsSlotWhereItDiesBefore() {
		FakeWorker unfit = start();
		unfit.unfit();
		advance(Duration.ofSeconds(1));
		unfit.exit(1);
		advance(Duration.ofSeconds(10));
		assertThat(this.world.workers).hasSize(3);
		assertThat(this.world.serving("web", 0)).isNotSameAs(unfit);
	}

	@Test
	void reloadTakesTheReplacementOver() {
		FakeWorker unfit = start();
		unfit.unfit();
		advance(Duration.ofSeconds(1));
		FakeWorker successor = this.world.workers.get(2);
		PendingReload reload = this.world.reload("web");
		advance(Duration.ofSeconds(60));
		assertThat(reload.finished().join().outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(this.world.alive()).hasSize(2).doesNotContain(unfit, successor);
		assertThat(successor.wasActivated()).isFalse();
	}

	@Test
	void replacementWaitsForAReloadThatFails() {
		FakeWorker unfit = start();
		this.world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		PendingReload reload = this.world.reload("web");
		unfit.unfit();
		advance(Duration.ofMillis(500));
		this.world.script((launch) -> Script.good());
		assertThat(unfit.serving()).isTrue();
		advance(Duration.ofSeconds(10));
		assertThat(reload.finished().join().outcome()).isEqualTo(ReloadOutcome.FAILED);
		assertThat(unfit.alive()).isFalse();
		assertThat(this.world.serving("web", 0).launch.generation()).isOne();
	}

	@Test
	void reloadFailsWhereItsSuccessorIsUnfit() {
		FakeWorker predecessor = start();
		this.world.script((launch) -> Script.good().draining(Duration.ofSeconds(20)));
		PendingReload reload = this.world.reload("web");
		advance(Duration.ofSeconds(5));
		this.world.serving("web", 1);
		this.world.workers.get(2).unfit();
		advance(Duration.ofSeconds(60));
		assertThat(reload.finished().join().outcome()).isEqualTo(ReloadOutcome.ROLLED_BACK);
		assertThat(reload.finished().join().cause()).contains("cannot serve any more: is to be replaced: it is broken");
		assertThat(this.world.alive()).hasSize(2).allMatch((worker) -> worker.launch.generation() == 1);
		assertThat(predecessor.alive()).isFalse();
	}

	@Test
	void stopEndsBothAndLeavesNoTimer() {
		FakeWorker unfit = start();
		unfit.unfit();
		advance(Duration.ofSeconds(1));
		var stopped = this.world.supervisor().stop();
		advance(Duration.ofSeconds(3));
		assertThat(stopped).isCompletedWithValue(false);
		assertThat(this.world.alive()).isEmpty();
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	@Test
	void successorOfASlotThatIsScaledAwayEnds() {
		start();
		this.world.serving("web", 1).unfit();
		advance(Duration.ofSeconds(1));
		this.world.supervisor().operations("web").scale(1);
		advance(Duration.ofSeconds(10));
		assertThat(this.world.alive()).singleElement().satisfies((worker) -> assertThat(worker.serving()).isTrue());
	}

	@Test
	void workerThatRefusesTrafficIsReadyAndSaysSo() {
		FakeWorker refusing = start();
		refusing.tell(new Frame.Accepting(false));
		advance(Duration.ofMillis(10));
		assertThat(this.world.info(refusing).state()).isEqualTo(WorkerState.READY);
		assertThat(this.world.info(refusing).reason()).isEqualTo("accepts nothing: its application refuses traffic");
		refusing.tell(new Frame.Accepting(true));
		advance(Duration.ofMillis(10));
		assertThat(this.world.info(refusing).reason()).isNull();
	}

	private FakeWorker start() {
		this.world.supervisor().start();
		advance(Duration.ofSeconds(5));
		return this.world.serving("web", 0);
	}

	private void advance(Duration duration) {
		this.world.loop().advance(duration);
	}

	private List<WorkerExitedEvent> exits() {
		return this.world.events(WorkerExitedEvent.class);
	}

}
