package io.pmboot.actuate;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.pmboot.ExitKind;
import io.pmboot.Master;
import io.pmboot.ReloadOutcome;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.WorkerExitedEvent;

import org.springframework.context.event.EventListener;

/**
 * Meters of the master: how many workers there are, how they exited, how reloads ended.
 * Every series is there from the start, so that an alert on a rate sees the first event.
 */
public class PmMeters implements MeterBinder {

	private final Master master;

	private final List<String> groups;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	/**
	 * Creates the meters.
	 * @param master the master; asked only when a gauge is read
	 * @param groups the names of its groups, needed before it has started
	 */
	public PmMeters(Master master, Collection<String> groups) {
		this.master = master;
		this.groups = List.copyOf(groups);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (String group : this.groups) {
			for (WorkerState state : WorkerState.values()) {
				if (state != WorkerState.EXITED) {
					bindWorkers(registry, group, state);
				}
			}
			for (ExitKind kind : ExitKind.values()) {
				exits(registry, group, kind);
			}
			for (ReloadOutcome outcome : ReloadOutcome.values()) {
				reloads(registry, group, outcome);
			}
			giveups(registry, group);
		}
		this.registries.add(registry);
	}

	@EventListener
	void onExited(WorkerExitedEvent event) {
		this.registries.forEach((registry) -> exits(registry, event.worker().group(), event.kind()).increment());
	}

	@EventListener
	void onReloadFinished(ReloadFinishedEvent event) {
		ReloadOutcome outcome = event.reload().outcome();
		if (outcome != null) {
			this.registries.forEach((registry) -> reloads(registry, event.reload().group(), outcome).increment());
		}
	}

	@EventListener
	void onGiveup(GiveupEvent event) {
		this.registries.forEach((registry) -> giveups(registry, event.group()).increment());
	}

	private void bindWorkers(MeterRegistry registry, String group, WorkerState state) {
		Gauge.builder("pm.workers", this.master, (master) -> workers(master, group, state))
			.description("Living workers, predecessors that drain included")
			.tags("group", group, "state", state.name())
			.register(registry);
	}

	private static double workers(Master master, String group, WorkerState state) {
		return master.group(group).workers().stream().filter((worker) -> worker.state() == state).count();
	}

	private static Counter exits(MeterRegistry registry, String group, ExitKind kind) {
		return counter(registry, "pm.worker.exits", "Exits of workers", Tags.of("group", group, "kind", kind.name()));
	}

	private static Counter reloads(MeterRegistry registry, String group, ReloadOutcome outcome) {
		return counter(registry, "pm.reloads", "Reloads that ended",
				Tags.of("group", group, "outcome", outcome.name()));
	}

	private static Counter giveups(MeterRegistry registry, String group) {
		return counter(registry, "pm.giveups", "Times that a group was given up", Tags.of("group", group));
	}

	private static Counter counter(MeterRegistry registry, String name, String description, Tags tags) {
		return Counter.builder(name).description(description).tags(tags).register(registry);
	}

}
