package io.pmboot.actuate;

import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.pmboot.ExitKind;
import io.pmboot.Master;
import io.pmboot.ReloadOutcome;
import io.pmboot.RestartReason;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.event.WorkerRestartEvent;

import org.springframework.context.event.EventListener;

/**
 * Meters of the master: how many workers there are, how they exited, how reloads ended.
 * Every series is there from the start, so that an alert on a rate sees the first event.
 */
class PmMeters implements MeterBinder {

	private static final String EXITS = "pm.worker.exits";

	private static final String RESTARTS = "pm.worker.restarts";

	private static final String RELOADS = "pm.reloads";

	private static final String GIVEUPS = "pm.giveups";

	private static final String COMPLETED = ReloadOutcome.COMPLETED.name();

	private static final String FAILED = ReloadOutcome.FAILED.name();

	private static final String FORKS = "pm.worker.forks";

	private static final String CUT = "pm.requests.cut";

	private static final String UNANSWERED = "pm.metrics.unanswered";

	private final Master master;

	private final List<String> groups;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	/** The groups are named before the master has started, which only a gauge asks. */
	PmMeters(Master master, List<String> groups) {
		this.master = master;
		this.groups = groups;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (String group : this.groups) {
			for (WorkerState state : EnumSet.complementOf(EnumSet.of(WorkerState.EXITED))) {
				Gauge.builder("pm.workers", this.master, (master) -> workers(master, group, state))
					.description("Living workers, predecessors that drain included")
					.tags("group", group, "state", state.name())
					.register(registry);
			}
			for (ExitKind kind : ExitKind.values()) {
				counter(registry, EXITS, "Exits of workers", "group", group, "kind", kind.name());
			}
			for (RestartReason reason : RestartReason.values()) {
				for (String outcome : List.of(COMPLETED, FAILED)) {
					counter(registry, RESTARTS, "Workers that were replaced outside of reloads, or were to be", "group",
							group, "reason", reason.name(), "outcome", outcome);
				}
			}
			for (ReloadOutcome outcome : ReloadOutcome.values()) {
				counter(registry, RELOADS, "Reloads that ended", "group", group, "outcome", outcome.name());
			}
			counter(registry, GIVEUPS, "Times that a group was given up", "group", group);
			counter(registry, FORKS, "Workers that were forked", "group", group);
			counter(registry, CUT, "Requests that reloads cut because the time to drain was up", "group", group);
			counter(registry, UNANSWERED, "Times that a worker did not tell its metrics in time", "group", group);
		}
		this.registries.add(registry);
	}

	private static double workers(Master master, String group, WorkerState state) {
		return master.group(group).workers().stream().filter((worker) -> worker.state() == state).count();
	}

	private static void counter(MeterRegistry registry, String name, String description, String... tags) {
		Counter.builder(name).description(description).tags(tags).register(registry);
	}

	@EventListener
	void onForked(WorkerForkedEvent event) {
		count(FORKS, "group", event.worker().group());
	}

	/** A worker of a group did not tell its metrics. */
	void unanswered(String group) {
		count(UNANSWERED, "group", group);
	}

	@EventListener
	void onExited(WorkerExitedEvent event) {
		count(EXITS, "group", event.worker().group(), "kind", event.kind().name());
	}

	@EventListener
	void onRestart(WorkerRestartEvent event) {
		count(RESTARTS, "group", event.worker().group(), "reason", event.reason().name(), "outcome",
				(event.failure() != null) ? FAILED : COMPLETED);
	}

	@EventListener
	void onReloadFinished(ReloadFinishedEvent event) {
		ReloadOutcome outcome = event.reload().outcome();
		if (outcome != null) {
			String group = event.reload().group();
			count(RELOADS, "group", group, "outcome", outcome.name());
			this.registries
				.forEach((registry) -> registry.counter(CUT, "group", group).increment(event.reload().requestsCut()));
		}
	}

	@EventListener
	void onGiveup(GiveupEvent event) {
		count(GIVEUPS, "group", event.group());
	}

	private void count(String name, String... tags) {
		this.registries.forEach((registry) -> registry.counter(name, tags).increment());
	}

}
