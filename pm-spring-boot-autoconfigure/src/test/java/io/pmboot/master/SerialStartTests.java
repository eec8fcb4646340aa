package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.GroupState;
import io.pmboot.PendingReload;
import io.pmboot.ReloadOutcome;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.master.FakeWorker.Script;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A group with {@code serial-start}, on virtual time. A good worker is ready after some
 * four seconds.
 */
class SerialStartTests {

	private static final WorkerState[] READY = { WorkerState.READY, WorkerState.READY, WorkerState.READY };

	private final FakeWorld world = new FakeWorld(FakeWorld.serial(FakeWorld.settings("web", 3)));

	@Test
	void nextIsForkedWhenTheLastIsReady() {
		this.world.supervisor().start();
		advance(2);
		assertThat(states()).containsExactly(WorkerState.STARTING);
		assertThat(this.world.info("web").reason()).isEqualTo("serial-start: 2 wait for the worker that is starting");
		advance(4);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.STARTING);
		advance(4);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.READY, WorkerState.STARTING);
		advance(4);
		assertThat(states()).containsExactly(READY);
		assertThat(this.world.info("web").reason()).isNull();
	}

	@Test
	void nextIsForkedWhenTheLastIsDead() {
		this.world.script((launch) -> (launch.index() == 0 && this.world.workers.isEmpty())
				? Script.good().failing(1, Duration.ofSeconds(2)) : Script.good());
		this.world.supervisor().start();
		advance(1);
		assertThat(this.world.launches).hasSize(1);
		advance(2);
		assertThat(this.world.launches).hasSize(2);
		advance(20);
		assertThat(states()).containsExactly(READY);
	}

	@Test
	void workerThatIsNeverReadyHoldsTheOthersForItsStartTimeoutOnly() {
		this.world
			.script((launch) -> this.world.workers.isEmpty() ? Script.good().stubborn().neverReady() : Script.good());
		this.world.supervisor().start();
		advance(121);
		// Told to end, but there still.
		assertThat(states()).containsExactly(WorkerState.DRAINING);
		assertThat(this.world.launches).hasSize(1);
		advance(6);
		assertThat(this.world.launches).hasSize(2);
		advance(20);
		assertThat(states()).containsExactly(READY);
	}

	@Test
	void severalThatCrashAreReplacedOneByOne() {
		start();
		this.world.alive().forEach((worker) -> worker.exit(137));
		advance(2);
		assertThat(states()).containsExactly(WorkerState.STARTING);
		advance(4);
		assertThat(states()).containsExactly(WorkerState.READY, WorkerState.STARTING);
		advance(10);
		assertThat(states()).containsExactly(READY);
	}

	@Test
	void scaleUpForksOneByOne() {
		start();
		operations().scale(5);
		assertThat(states()).filteredOn((state) -> state == WorkerState.STARTING).hasSize(1);
		advance(5);
		assertThat(states()).filteredOn((state) -> state == WorkerState.STARTING).hasSize(1);
		advance(5);
		assertThat(states()).hasSize(5).containsOnly(WorkerState.READY);
	}

	@Test
	void startForksOneByOne() {
		start();
		operations().stop();
		advance(2);
		operations().start();
		advance(2);
		assertThat(states()).containsExactly(WorkerState.STARTING);
		advance(15);
		assertThat(states()).containsExactly(READY);
	}

	@Test
	void restartForksOneByOne() {
		start();
		operations().restart(null);
		advance(2);
		assertThat(states()).containsOnlyOnce(WorkerState.STARTING);
		advance(20);
		assertThat(states()).containsExactly(READY);
	}

	@Test
	void reloadWaitsForAReplacementThatIsStarting() {
		start();
		this.world.serving("web", 2).exit(1);
		advance(1);
		PendingReload reload = this.world.reload("web");
		advance(1);
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::generation).containsExactly(1, 1, 1);
		advance(4);
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::generation).containsExactly(1, 2, 1, 1);
		this.world.serving("web", 2).exit(1);
		advance(1);
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::generation).containsExactly(1, 2, 1);
		advance(30);
		assertThat(reload.finished().join().outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(states()).containsExactly(READY);
	}

	@Test
	void stopWhileOthersWaitForTheirTurnForksNoMore() {
		this.world.supervisor().start();
		advance(2);
		operations().stop();
		advance(20);
		assertThat(this.world.launches).hasSize(1);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.STOPPED);
		assertThat(this.world.events(WorkerExitedEvent.class)).hasSize(1);
	}

	private void start() {
		this.world.supervisor().start();
		advance(15);
		assertThat(states()).containsExactly(READY);
	}

	private void advance(int seconds) {
		this.world.loop().advance(Duration.ofSeconds(seconds));
	}

	private GroupOperations operations() {
		return this.world.supervisor().operations("web");
	}

	private List<WorkerState> states() {
		return this.world.info("web").workers().stream().map(WorkerInfo::state).toList();
	}

}
