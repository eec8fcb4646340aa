package io.pmboot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.pmboot.DeliveryOutcome;
import io.pmboot.ExitKind;
import io.pmboot.GroupInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.RestartReason;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadProgressEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.event.WorkerReadyEvent;
import io.pmboot.event.WorkerRestartEvent;
import io.pmboot.master.InitiatedMaster;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;

/**
 * Meters of the master: how many workers there are, how they started and exited, how
 * reloads ended, what waits. Every series is there from the start, so that an alert on a
 * rate sees the first event.
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

	private static final String START = "pm.worker.start.duration";

	private static final String DRAIN = "pm.worker.drain.duration";

	private static final String RELOAD = "pm.reload.duration";

	private final InitiatedMaster master;

	private final List<String> groups;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private final List<MultiGauge> queues = new CopyOnWriteArrayList<>();

	/**
	 * When workers that are not ready were forked. Of the thread that publishes events.
	 */
	private final Map<Long, Instant> forks = new HashMap<>();

	/** The groups are named before the master has started, which only a gauge asks. */
	PmMeters(InitiatedMaster master, List<String> groups) {
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
			timer(registry, START, "From the fork of a worker until it is ready", group);
			timer(registry, DRAIN, "From the order to drain until the exit, in reloads", group);
			timer(registry, RELOAD, "Of reloads, whatever their outcome", group);
		}
		for (DeliveryOutcome outcome : DeliveryOutcome.values()) {
			FunctionCounter.builder("pm.messages", this.master, (asked) -> ask(() -> asked.messages(outcome)))
				.description("Messages, once for each receiver")
				.tag("outcome", outcome.name())
				.register(registry);
		}
		FunctionCounter.builder("pm.output.lost", this.master, InitiatedMaster::outputLost)
			.description("Lines of output that were lost, because nobody took them")
			.baseUnit("lines")
			.register(registry);
		TimeGauge
			.builder("pm.event.loop.lag", this.master, TimeUnit.NANOSECONDS,
					(asked) -> ask(() -> asked.eventLoopLag().toNanos()))
			.description("How long the master's event loop takes to come to something new")
			.register(registry);
		this.queues.add(MultiGauge.builder("pm.accept.queue")
			.description("Connections that wait until a worker accepts them")
			.baseUnit("connections")
			.register(registry));
		this.registries.add(registry);
	}

	// Nobody answers before the master has started, and after its end.
	private static double ask(Callable<? extends @Nullable Number> question) {
		try {
			Number answer = question.call();
			return (answer != null) ? answer.doubleValue() : Double.NaN;
		}
		catch (Exception ex) {
			return Double.NaN;
		}
	}

	private static void timer(MeterRegistry registry, String name, String description, String group) {
		Timer.builder(name).description(description).tag("group", group).register(registry);
	}

	private static double workers(InitiatedMaster master, String group, WorkerState state) {
		return master.group(group).workers().stream().filter((worker) -> worker.state() == state).count();
	}

	private static void counter(MeterRegistry registry, String name, String description, String... tags) {
		Counter.builder(name).description(description).tags(tags).register(registry);
	}

	@EventListener
	void onForked(WorkerForkedEvent event) {
		count(FORKS, "group", event.worker().group());
		this.forks.put(event.worker().pid(), event.worker().since());
	}

	@EventListener
	void onReady(WorkerReadyEvent event) {
		String group = event.worker().group();
		Instant forked = this.forks.remove(event.worker().pid());
		if (forked != null) {
			time(START, group, Duration.between(forked, event.worker().since()));
		}
		// Its generation may have brought other listeners.
		List<MultiGauge.Row<?>> rows = this.master.groups().stream().<MultiGauge.Row<?>>flatMap(this::queues).toList();
		this.queues.forEach((gauge) -> gauge.register(rows, true));
	}

	private Stream<MultiGauge.Row<?>> queues(GroupInfo group) {
		return group.listen()
			.stream()
			.map((address) -> MultiGauge.Row.of(Tags.of("group", group.name(), "listen", address), this.master,
					(asked) -> ask(() -> asked.waiting(group.name(), address))));
	}

	@EventListener
	void onProgress(ReloadProgressEvent event) {
		if (event.step().kind() == ReloadStep.Kind.DRAINED) {
			time(DRAIN, event.reload().group(), event.step().took());
		}
	}

	/** A worker of a group did not tell its metrics. */
	void unanswered(String group) {
		count(UNANSWERED, "group", group);
	}

	@EventListener
	void onExited(WorkerExitedEvent event) {
		this.forks.remove(event.worker().pid());
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
			if (event.reload().endedAt() != null) {
				time(RELOAD, group, Duration.between(event.reload().startedAt(), event.reload().endedAt()));
			}
			this.registries
				.forEach((registry) -> registry.counter(CUT, "group", group).increment(event.reload().requestsCut()));
		}
	}

	@EventListener
	void onGiveup(GiveupEvent event) {
		count(GIVEUPS, "group", event.group());
	}

	private void time(String name, String group, Duration duration) {
		this.registries.forEach((registry) -> registry.timer(name, "group", group).record(duration));
	}

	private void count(String name, String... tags) {
		this.registries.forEach((registry) -> registry.counter(name, tags).increment());
	}

}
