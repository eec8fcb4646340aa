package io.pmboot.actuate;

import java.time.Duration;
import java.util.List;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Initiator;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.RestartReason;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.WorkerExitedEvent;
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
		assertThat(this.registry.getMeters().stream().map(Meter::getId).map((id) -> id.getName()))
			.containsOnly("pm.workers", "pm.worker.exits", "pm.worker.restarts", "pm.reloads", "pm.giveups",
					"pm.worker.forks", "pm.requests.cut", "pm.metrics.unanswered");
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
	void eachRegistryCounts() {
		MeterRegistry second = new SimpleMeterRegistry();
		this.context.getBean(PmMeters.class).bindTo(second);
		this.context.publishEvent(exit(ExitKind.KILLED));
		for (MeterRegistry registry : List.of(this.registry, second)) {
			assertThat(registry.get("pm.worker.exits").tags("group", "web", "kind", "KILLED").counter().count())
				.isOne();
		}
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
