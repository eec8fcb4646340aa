package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.Initiator;
import io.pmboot.ReloadOutcome;
import io.pmboot.control.Frame;
import io.pmboot.master.FakeWorker.Script;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reloads that workers ask for, on virtual time.
 */
class WorkerReloadTests {

	private final FakeWorld world = new FakeWorld(
			TestGroup.like(FakeWorld.settings("web", 1)).mayReload("jobs", "web").settings(),
			FakeWorld.settings("jobs", 1));

	private FakeWorker web;

	@BeforeEach
	void start() {
		this.world.supervisor().start();
		advance(Duration.ofSeconds(5));
		this.web = this.world.serving("web", 0);
	}

	@Test
	void workerReloadsAnotherGroupAndHearsOfItsEnd() {
		this.web.tell(new Frame.RequestReload(7, "jobs"));
		advance(Duration.ofSeconds(2));
		assertThat(answers(this.web)).isEmpty();
		assertThat(this.world.supervisor().reloads().get(0).initiator()).isEqualTo(Initiator.WORKER);
		advance(Duration.ofSeconds(30));
		assertThat(answers(this.web))
			.containsExactly(new Frame.ReloadAnswer(7, "jobs-2", ReloadOutcome.COMPLETED, null));
	}

	@Test
	void workerHearsWhyAReloadFailed() {
		this.world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		this.web.tell(new Frame.RequestReload(7, "jobs"));
		advance(Duration.ofSeconds(10));
		assertThat(answers(this.web)).singleElement().satisfies((answer) -> {
			assertThat(answer.outcome()).isEqualTo(ReloadOutcome.FAILED);
			assertThat(answer.cause()).contains("exited before it was ready: exit code 1");
		});
	}

	@Test
	void groupThatIsNotListedIsRefused() {
		FakeWorker jobs = this.world.serving("jobs", 0);
		jobs.tell(new Frame.RequestReload(1, "web"));
		this.web.tell(new Frame.RequestReload(2, "nobody"));
		advance(Duration.ofMillis(10));
		assertThat(answers(jobs)).containsExactly(new Frame.ReloadAnswer(1, null, null,
				"A worker of group 'jobs' may not reload 'web': pm.groups.jobs.may-reload lists no group"));
		assertThat(answers(this.web)).containsExactly(new Frame.ReloadAnswer(2, null, null,
				"A worker of group 'web' may not reload 'nobody': pm.groups.web.may-reload lists jobs, web"));
		assertThat(this.world.supervisor().reloads()).isEmpty();
	}

	@Test
	void oneThatIsUnderWayIsInTheWay() {
		this.world.reload("jobs");
		this.web.tell(new Frame.RequestReload(7, "jobs"));
		advance(Duration.ofMillis(10));
		assertThat(answers(this.web)).singleElement().satisfies((answer) -> {
			assertThat(answer.reload()).isEqualTo("jobs-2");
			assertThat(answer.outcome()).isNull();
			assertThat(answer.cause()).isEqualTo("Group 'jobs' is being reloaded already (jobs-2)");
		});
	}

	@Test
	void groupThatIsStoppedIsRefused() {
		this.world.supervisor().operations("jobs").stop();
		this.web.tell(new Frame.RequestReload(7, "jobs"));
		advance(Duration.ofMillis(10));
		assertThat(answers(this.web)).singleElement()
			.satisfies((answer) -> assertThat(answer.cause()).contains("it is STOPPED"));
	}

	@Test
	void workerThatReloadsItsOwnGroupIsReplacedWithIt() {
		this.web.tell(new Frame.RequestReload(7, "web"));
		advance(Duration.ofSeconds(30));
		assertThat(this.web.alive()).isFalse();
		assertThat(this.world.supervisor().reloads().get(0).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
	}

	private static List<Frame.ReloadAnswer> answers(FakeWorker worker) {
		return worker.received.stream()
			.filter(Frame.ReloadAnswer.class::isInstance)
			.map(Frame.ReloadAnswer.class::cast)
			.toList();
	}

	private void advance(Duration duration) {
		this.world.loop().advance(duration);
	}

}
