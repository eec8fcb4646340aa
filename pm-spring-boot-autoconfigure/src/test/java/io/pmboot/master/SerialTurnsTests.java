package io.pmboot.master;

import java.time.Duration;

import io.pmboot.ExitKind;
import io.pmboot.event.WorkerExitedEvent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SerialTurns}, on virtual time.
 */
class SerialTurnsTests {

	private static final Duration LONG = Duration.ofDays(1);

	private final FakeWorld world = new FakeWorld(FakeWorld.settings("web", 3), FakeWorld.settings("jobs", 1));

	SerialTurnsTests() {
		this.world.supervisor().start();
		advance(1);
	}

	@Test
	void oneOfAGroupAtATimeInTheOrderInWhichTheyAskedBeforeTheyAreReady() {
		assertThat(this.world.workers).noneMatch(FakeWorker::serving);
		FakeTurns.Turn first = request("web", 1, Duration.ofSeconds(5));
		FakeTurns.Turn second = request("web", 0, Duration.ofSeconds(5));
		FakeTurns.Turn third = request("web", 1, Duration.ofSeconds(5));
		assertThat(this.world.turns.begun).containsExactly(first);
		advance(6);
		assertThat(this.world.turns.begun).containsExactly(first, second);
		advance(5);
		assertThat(this.world.turns.begun).containsExactly(first, second, third);
	}

	@Test
	void groupsDoNotWaitForEachOther() {
		FakeTurns.Turn web = request("web", 0, LONG);
		FakeTurns.Turn jobs = request("jobs", 0, LONG);
		assertThat(this.world.turns.begun).containsExactly(web, jobs);
	}

	@Test
	void turnEndsWithItsWorker() {
		FakeTurns.Turn held = request("web", 0, LONG);
		FakeTurns.Turn alsoOfTheDead = request("web", 0, LONG);
		FakeTurns.Turn next = request("web", 2, LONG);
		held.worker().exit(137);
		advance(1);
		assertThat(this.world.turns.begun).containsExactly(held, next).doesNotContain(alsoOfTheDead);
	}

	@Test
	void workerThatLostItsStreamHasItsTurnUntilItHasExited() {
		FakeTurns.Turn held = request("web", 0, LONG);
		FakeTurns.Turn next = request("web", 2, LONG);
		held.worker().breakStream("garbage");
		assertThat(held.worker().alive()).isTrue();
		assertThat(this.world.turns.begun).containsExactly(held);
		advance(2);
		assertThat(held.worker().alive()).isFalse();
		assertThat(this.world.turns.begun).containsExactly(held, next);
	}

	@Test
	void workerThatLostItsStreamWhileItWaitsIsPassedOver() {
		FakeTurns.Turn held = request("web", 0, Duration.ofSeconds(1));
		FakeTurns.Turn broken = request("web", 1, LONG);
		FakeTurns.Turn next = request("web", 2, LONG);
		broken.worker().breakStream(null);
		advance(2);
		assertThat(this.world.turns.begun).containsExactly(held, next);
	}

	@Test
	void turnThatIsNotWantedAnyMoreDoesNotBegin() {
		FakeTurns.Turn held = request("web", 0, Duration.ofSeconds(5));
		FakeTurns.Turn withdrawn = request("web", 1, LONG);
		FakeTurns.Turn next = request("web", 2, LONG);
		this.world.turns.withdraw(withdrawn);
		advance(6);
		assertThat(this.world.turns.begun).containsExactly(held, next);
	}

	@Test
	void predecessorAndSuccessorTakeTurnsToo() {
		advance(10);
		FakeTurns.Turn held = request("web", 0, LONG);
		this.world.reload("web");
		advance(1);
		FakeWorker successor = this.world.workers.get(this.world.workers.size() - 1);
		assertThat(successor.launch.generation()).isEqualTo(2);
		FakeTurns.Turn next = this.world.turns.request(successor, LONG);
		assertThat(this.world.turns.begun).containsExactly(held);
		advance(10);
		assertThat(this.world.turns.begun).as("the predecessor has drained").containsExactly(held, next);
		assertThat(this.world.events(WorkerExitedEvent.class)).allMatch((exit) -> exit.kind() == ExitKind.REQUESTED);
	}

	private FakeTurns.Turn request(String group, int index, Duration takes) {
		FakeWorker worker = this.world.workers.stream()
			.filter((candidate) -> candidate.connected() && candidate.launch.group().equals(group)
					&& candidate.launch.index() == index)
			.findFirst()
			.orElseThrow();
		return this.world.turns.request(worker, takes);
	}

	private void advance(int seconds) {
		this.world.loop().advance(Duration.ofSeconds(seconds));
		this.world.turns.check();
	}

}
