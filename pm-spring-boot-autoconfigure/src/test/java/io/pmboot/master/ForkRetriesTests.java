package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.GroupState;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.master.FakeWorker.Script;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Forks that fail before any JVM ran.
 */
class ForkRetriesTests {

	private final FakeWorld world = new FakeWorld(FakeWorld.settings("web", 2));

	@Test
	void areTriedAgainAfterGrowingPausesForAsLongAsFatalExitsCount() {
		this.world.script((launch) -> null);
		start(Duration.ofSeconds(53));
		assertThat(this.world.events(GiveupEvent.class)).isEmpty();
		assertThat(launchedAt()).startsWith(0L, 255L, 760L, 1765L, 3770L, 7775L, 15780L, 25785L, 35790L, 45795L);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.RUNNING);
		assertThat(this.world.info("web").reason()).startsWith("20 forks failed, tries again at ")
			.contains("the last was web-1, exit code 126: could not be forked: no memory");
		advance(Duration.ofSeconds(2));
		assertThat(this.world.events(WorkerForkedEvent.class)).isEmpty();
		assertThat(this.world.events(GiveupEvent.class)).singleElement()
			.satisfies((giveup) -> assertThat(giveup.fatalExits()).hasSize(5));
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.GIVEN_UP);
		assertThat(this.world.info("web").reason()).matches(
				"21 fatal exits, forks again at \\S+; the last was web-0, exit code 126: could not be forked: no memory");
	}

	@Test
	void areOverWhenWhatWasInTheWayIsGone() {
		this.world.script((launch) -> null);
		start(Duration.ofSeconds(20));
		this.world.script((launch) -> Script.good());
		advance(Duration.ofSeconds(15));
		assertThat(this.world.info("web").workers()).extracting(WorkerInfo::state)
			.containsExactly(WorkerState.READY, WorkerState.READY);
		assertThat(this.world.info("web").reason()).isNull();
		assertThat(this.world.events(GiveupEvent.class)).isEmpty();
	}

	@Test
	void oneWhoseJvmDoesNotComeUpIsTheSame() {
		this.world.script((launch) -> Script.noJvm("libjvm.so: cannot open shared object file"));
		start(Duration.ofSeconds(30));
		assertThat(this.world.events(GiveupEvent.class)).isEmpty();
		assertThat(this.world.info("web").reason()).contains(" forks failed, tries again at ")
			.contains("exit code 1: no JVM came up: libjvm.so: cannot open shared object file");
	}

	@Test
	void livingWorkersServeOnAndAreNotReplacedMeanwhileByOthers() {
		start(Duration.ofSeconds(10));
		this.world.script((launch) -> null);
		this.world.serving("web", 0).exit(1);
		advance(Duration.ofSeconds(10));
		assertThat(this.world.info("web").workers()).singleElement()
			.satisfies((worker) -> assertThat(worker.state()).isEqualTo(WorkerState.READY));
	}

	@Test
	void stopAndReloadEndThePause() {
		this.world.script((launch) -> null);
		start(Duration.ofSeconds(20));
		this.world.script((launch) -> Script.good());
		this.world.supervisor().stop();
		advance(Duration.ofSeconds(1));
		assertThat(this.world.loop().pendingTimers()).isZero();
	}

	private List<Long> launchedAt() {
		long first = this.world.launches.get(0).at();
		return this.world.launches.stream().map((launch) -> (launch.at() - first) / 1_000_000).distinct().toList();
	}

	private void start(Duration duration) {
		this.world.supervisor().start();
		advance(duration);
	}

	private void advance(Duration duration) {
		this.world.loop().advance(duration);
	}

}
