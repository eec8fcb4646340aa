package io.pmboot.actuate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pmboot.DeliveryOutcome;
import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Initiator;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.RestartReason;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadProgressEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.event.WorkerReadyEvent;
import io.pmboot.event.WorkerRestartEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class PmMetersTests {

	private final FakeMaster master = new FakeMaster();

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@BeforeEach
	void bind() {
		this.context.registerBean(PmMeters.class, () -> new PmMeters(this.master, List.of("web", "jobs")));
		this.context.refresh();
		this.context.getBean(PmMeters.class).bindTo(this.registry);
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void everySeriesIsThereFromTheStart() {
		assertThat(this.registry.getMeters().stream().map(Meter::getId).map((id) -> id.getName())).containsOnly(
				"pm.workers", "pm.worker.exits", "pm.worker.restarts", "pm.reloads", "pm.giveups", "pm.worker.forks",
				"pm.requests.cut", "pm.metrics.unanswered", "pm.worker.start.duration", "pm.worker.drain.duration",
				"pm.reload.duration", "pm.messages", "pm.output.lost", "pm.event.loop.lag");
		assertThat(this.registry.find("pm.workers").gauges()).hasSize(2 * 3);
		assertThat(this.registry.find("pm.worker.exits").counters()).hasSize(2 * 4)
			.allMatch((counter) -> counter.count() == 0);
		assertThat(this.registry.find("pm.worker.restarts").counters()).hasSize(2 * 5 * 2)
			.allMatch((counter) -> counter.count() == 0);
		assertThat(this.registry.find("pm.reloads").counters()).hasSize(2 * 4)
			.allMatch((counter) -> counter.count() == 0);
		assertThat(this.registry.find("pm.giveups").counters()).hasSize(2).allMatch((counter) -> counter.count() == 0);
	}

	@Test
	void workersFollowTheMaster() {
		assertThat(workers("web", WorkerState.READY)).isOne();
		assertThat(workers("web", WorkerState.STARTING)).isOne();
		assertThat(workers("web", WorkerState.DRAINING)).isZero();
		this.master.groups(new GroupInfo("web", GroupState.RUNNING, null, 1, false, 1, List.of(),
				List.of(FakeMaster.worker("web", 0, 1, WorkerState.DRAINING, null),
						FakeMaster.worker("web", 0, 2, WorkerState.DRAINING, null)),
				null));
		assertThat(workers("web", WorkerState.READY)).isZero();
		assertThat(workers("web", WorkerState.DRAINING)).isEqualTo(2);
	}

	@Test
	void eventsAreCounted() {
		WorkerExitedEvent exit = exit(ExitKind.FATAL);
		this.context.publishEvent(exit);
		this.context.publishEvent(exit);
		this.context.publishEvent(exit(ExitKind.REQUESTED));
		this.context.publishEvent(new GiveupEvent("web", List.of(exit), Duration.ofSeconds(60)));
		this.context.publishEvent(new WorkerRestartEvent(exit.worker(), RestartReason.AGE, "it is old", null));
		this.context.publishEvent(new WorkerRestartEvent(exit.worker(), RestartReason.AGE, "it is old", "no memory"));
		this.context.publishEvent(new WorkerRestartEvent(exit.worker(), RestartReason.AGE, "it is old", "no memory"));
		ReloadInfo started = FakeMaster.started("1", "web", 1, 2, Initiator.CODE);
		this.context.publishEvent(
				new ReloadFinishedEvent(FakeMaster.ended(started, ReloadOutcome.ROLLED_BACK, "x", FakeMaster.SINCE)));
		assertThat(count("pm.worker.exits", "group", "web", "kind", "FATAL")).isEqualTo(2);
		assertThat(count("pm.worker.exits", "group", "web", "kind", "REQUESTED")).isOne();
		assertThat(count("pm.worker.exits", "group", "jobs", "kind", "FATAL")).isZero();
		assertThat(count("pm.worker.restarts", "group", "web", "reason", "AGE", "outcome", "COMPLETED")).isOne();
		assertThat(count("pm.worker.restarts", "group", "web", "reason", "AGE", "outcome", "FAILED")).isEqualTo(2);
		assertThat(count("pm.giveups", "group", "web")).isOne();
		assertThat(count("pm.reloads", "group", "web", "outcome", "ROLLED_BACK")).isOne();
		assertThat(count("pm.reloads", "group", "web", "outcome", "COMPLETED")).isZero();
	}

	@Test
	void whatTakesTimeIsTimed() {
		WorkerInfo forked = FakeMaster.worker("web", 0, 4711, WorkerState.STARTING, null);
		this.context.publishEvent(new WorkerForkedEvent(forked));
		this.context.publishEvent(new WorkerReadyEvent(new WorkerInfo("web", 0, 1, false, 4711, WorkerState.READY,
				false, forked.since().plusSeconds(3), null, null)));
		ReloadInfo started = FakeMaster.started("1", "web", 1, 2, Initiator.CODE);
		this.context.publishEvent(new ReloadProgressEvent(started,
				new ReloadStep(ReloadStep.Kind.DRAINED, 0, 1, FakeMaster.SINCE, Duration.ofSeconds(2), null)));
		this.context.publishEvent(new ReloadFinishedEvent(
				FakeMaster.ended(started, ReloadOutcome.COMPLETED, null, FakeMaster.SINCE.plusSeconds(9))));
		assertThat(seconds("pm.worker.start.duration")).isEqualTo(3);
		assertThat(seconds("pm.worker.drain.duration")).isEqualTo(2);
		assertThat(seconds("pm.reload.duration")).isEqualTo(9);
	}

	@Test
	void theMasterIsAskedForWhatItCounts() {
		this.master.groups(
				new GroupInfo("web", GroupState.RUNNING, null, 1, false, 1, List.of("8080", "9090"), List.of(), null));
		this.context.publishEvent(new WorkerReadyEvent(FakeMaster.worker("web", 0, 1, WorkerState.READY, null)));
		assertThat(this.registry.find("pm.accept.queue").gauges()).hasSize(2).allMatch((gauge) -> gauge.value() == 3);
		assertThat(this.registry.get("pm.messages").tag("outcome", "GONE").functionCounter().count())
			.isEqualTo(DeliveryOutcome.GONE.ordinal());
		assertThat(this.registry.get("pm.output.lost").functionCounter().count()).isEqualTo(7);
		assertThat(this.registry.get("pm.event.loop.lag").timeGauge().value(TimeUnit.MILLISECONDS)).isEqualTo(5);
	}

	@Test
	void eachRegistryCounts() {
		MeterRegistry second = new SimpleMeterRegistry();
		this.context.getBean(PmMeters.class).bindTo(second);
		this.context.publishEvent(exit(ExitKind.KILLED));
		for (MeterRegistry registry : List.of(this.registry, second)) {
			assertThat(registry.get("pm.worker.exits").tags("group", "web", "kind", "KILLED").counter().count())
				.isOne();
		}
	}

	private double seconds(String timer) {
		return this.registry.get(timer).tag("group", "web").timer().totalTime(TimeUnit.SECONDS);
	}

	private double workers(String group, WorkerState state) {
		return this.registry.get("pm.workers").tags("group", group, "state", state.name()).gauge().value();
	}

	private double count(String name, String... tags) {
		return this.registry.get(name).tags(tags).counter().count();
	}

	private static WorkerExitedEvent exit(ExitKind kind) {
		return new WorkerExitedEvent(FakeMaster.worker("web", 0, 4711, WorkerState.EXITED, null), new ExitStatus(1),
				kind, List.of());
	}

}
