package io.pmboot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerReadyEvent;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

class PmHealthIndicatorTests {

	private final FakeMaster master = new FakeMaster();

	private final PmHealthIndicator indicator = new PmHealthIndicator(this.master);

	@Test
	void upWithFewerReadyThanChildren() {
		this.master.groups(web(GroupState.RUNNING, 3, worker(0, WorkerState.READY), worker(1, WorkerState.STARTING),
				worker(2, WorkerState.DRAINING)));
		assertThat(this.indicator.health())
			.isEqualTo(Health.up().withDetail("web", details(GroupState.RUNNING, 1, 3)).build());
	}

	@Test
	void predecessorAndSuccessorCountOnce() {
		this.master.groups(web(GroupState.RELOADING, 2, worker(0, WorkerState.READY), worker(0, WorkerState.READY),
				worker(1, WorkerState.READY)));
		assertThat(this.indicator.health())
			.isEqualTo(Health.up().withDetail("web", details(GroupState.RELOADING, 2, 2)).build());
	}

	@Test
	void outOfServiceUntilTheFirstWorkerIsReadyAndDownWheneverNoneIsAfterwards() {
		this.master.groups(web(GroupState.RUNNING, 1, worker(0, WorkerState.STARTING)));
		assertThat(status()).isEqualTo(Status.OUT_OF_SERVICE);
		this.indicator.onReady(new WorkerReadyEvent(worker(0, WorkerState.READY)));
		assertThat(status()).isEqualTo(Status.DOWN);
		this.master.groups(web(GroupState.RUNNING, 1, worker(0, WorkerState.READY)));
		assertThat(status()).isEqualTo(Status.UP);
		for (GroupState state : List.of(GroupState.RUNNING, GroupState.RELOADING, GroupState.GIVEN_UP)) {
			this.master.groups(web(state, 1, worker(0, WorkerState.DRAINING)));
			assertThat(status()).as(state.name()).isEqualTo(Status.DOWN);
		}
	}

	@Test
	void downFromTheFirstGiveupUntilOneIsReady() {
		this.indicator.onGiveup(new GiveupEvent("web", List.of(), Duration.ofSeconds(60)));
		this.master.groups(web(GroupState.RUNNING, 1, worker(0, WorkerState.STARTING)));
		assertThat(status()).isEqualTo(Status.DOWN);
	}

	@Test
	void aReadyWorkerThatRefusesTrafficServesNobody() {
		this.indicator.onReady(new WorkerReadyEvent(worker(0, WorkerState.READY)));
		this.master.groups(web(GroupState.RUNNING, 2, refusing(0), worker(1, WorkerState.READY)));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("web", refused(details(GroupState.RUNNING, 2, 2), 1, 2));
		this.master.groups(web(GroupState.RUNNING, 2, refusing(0), refusing(1)));
		health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("web", refused(details(GroupState.RUNNING, 2, 2), 0, 2));
		this.master.groups(web(GroupState.RELOADING, 1, refusing(0), worker(0, WorkerState.READY)));
		assertThat(this.indicator.health())
			.isEqualTo(Health.up().withDetail("web", details(GroupState.RELOADING, 1, 1)).build());
	}

	@Test
	void whereNothingListensNothingIsRefused() {
		this.master.groups(group("jobs", GroupState.GIVEN_UP, null, 1, refusing(0)));
		assertThat(status()).isEqualTo(Status.UP);
	}

	@Test
	void upWhileWorkersOfAGroupThatIsGivenUpServe() {
		this.master.groups(web(GroupState.GIVEN_UP, 2, worker(0, WorkerState.READY)));
		assertThat(status()).isEqualTo(Status.UP);
	}

	@Test
	void downNamesTheGroupThatIsGivenUpAndWhy() {
		this.master.groups(web(GroupState.RUNNING, 0),
				group("jobs", GroupState.GIVEN_UP, "5 fatal exits within 54 s", 1),
				group("mail", GroupState.STOPPED, null, 1));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("jobs", Map.of("state", GroupState.GIVEN_UP, "reason",
				"5 fatal exits within 54 s", "ready", 0L, "children", 1));
		assertThat(health.getDetails()).containsEntry("web", details(GroupState.RUNNING, 0, 0));
	}

	@Test
	void tellsSinceWhenTheOutputIsBlocked() {
		assertThat(this.indicator.health().getDetails()).doesNotContainKey("output");
		this.master.outputBlockedSince(Instant.parse("2026-01-02T03:04:05Z"));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("output", "blocked since 2026-01-02T03:04:05Z");
	}

	@Test
	void upWithAGroupWithoutListenersThatStarts() {
		this.master.groups(group("jobs", GroupState.RUNNING, null, 1, worker(0, WorkerState.STARTING)));
		assertThat(status()).isEqualTo(Status.UP);
	}

	@Test
	void aStoppedGroupCountsForNothingUnlessNothingListensAnyMore() {
		this.master.groups(group("mail", GroupState.STOPPED, null, 1));
		assertThat(this.indicator.health())
			.isEqualTo(Health.up().withDetail("mail", details(GroupState.STOPPED, 0, 1)).build());
		GroupInfo stopped = listening("admin", GroupState.STOPPED, 1);
		this.master.groups(stopped, web(GroupState.RUNNING, 1, worker(0, WorkerState.READY)));
		assertThat(status()).isEqualTo(Status.UP);
		this.master.groups(stopped, web(GroupState.STOPPED, 1), group("jobs", GroupState.RUNNING, null, 1));
		assertThat(status()).isEqualTo(Status.OUT_OF_SERVICE);
	}

	private Status status() {
		return this.indicator.health().getStatus();
	}

	private static GroupInfo web(GroupState state, int children, WorkerInfo... workers) {
		return listening("web", state, children, workers);
	}

	private static GroupInfo listening(String name, GroupState state, int children, WorkerInfo... workers) {
		return new GroupInfo(name, state, null, 1, false, children, List.of("8080"), List.of(workers), null);
	}

	private static GroupInfo group(String name, GroupState state, String reason, int children, WorkerInfo... workers) {
		return new GroupInfo(name, state, reason, 1, false, children, List.of(), List.of(workers), null);
	}

	private static WorkerInfo worker(int index, WorkerState state) {
		return FakeMaster.worker("web", index, 4711, state, null);
	}

	private static WorkerInfo refusing(int index) {
		WorkerInfo worker = worker(index, WorkerState.READY);
		return new WorkerInfo(worker.group(), index, worker.generation(), worker.copied(), worker.pid(), worker.state(),
				true, worker.since(), null, null);
	}

	private static Map<String, Object> refused(Map<String, Object> details, long serving, long ready) {
		Map<String, Object> refused = new HashMap<>(details);
		refused.put("serving", serving);
		refused.put("reason",
				"%d of %d ready workers accept nothing: their application refuses traffic (ReadinessState)"
					.formatted(ready - serving, ready));
		return refused;
	}

	private static Map<String, Object> details(GroupState state, long ready, int children) {
		return Map.of("state", state, "ready", ready, "children", children);
	}

}
