package io.pmboot.master;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadStartedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.settings.GroupProperties.Reload.Order;

/**
 * What must hold after every step of a simulation, whatever happened.
 */
final class Promises {

	/** For what a fake process needs to die of a signal. */
	private static final Duration SLACK = Duration.ofMillis(300);

	private final FakeWorld world;

	private final Map<String, GroupSettings> settings;

	private final Map<String, Long> reloadMustEndBy = new HashMap<>();

	private final Map<String, Integer> fatalStarts = new HashMap<>();

	private final Map<String, Pause> pauses = new HashMap<>();

	private final Map<String, Reloads> reloads = new HashMap<>();

	/** Of each group the reload that is in the way of others. */
	private final Map<String, ReloadInfo> current = new HashMap<>();

	private final Set<Long> forked = new HashSet<>();

	private final Set<Long> wereReady = new HashSet<>();

	private final Set<Long> exited = new HashSet<>();

	private final Map<String, Integer> mostChildren = new HashMap<>();

	private final Set<String> stopped = new HashSet<>();

	private final Map<Fault, Long> judgedBy = new HashMap<>();

	private int seenStalls;

	private int seenEvents;

	private int seenLaunches;

	private long stopMustEndBy = Long.MAX_VALUE;

	Promises(FakeWorld world, List<GroupSettings> settings) {
		this.world = world;
		this.settings = settings.stream().collect(Collectors.toMap(GroupSettings::name, Function.identity()));
	}

	void stopOrdered() {
		Duration longest = this.settings.values()
			.stream()
			.map(GroupSettings::terminateTimeout)
			.max(Duration::compareTo)
			.orElseThrow();
		// A fork may be under way, and is ended when it has ended.
		this.stopMustEndBy = now() + longest.plus(ChildProcess.GRACE).plusSeconds(5).toNanos();
	}

	void check() {
		readEvents();
		for (GroupInfo group : this.world.supervisor().infos()) {
			checkGroup(group, this.settings.get(group.name()));
		}
		this.world.turns.check();
		boolean alive = false;
		for (FakeWorker worker : this.world.workers) {
			alive |= worker.alive();
			this.world.check(!worker.alive() || worker.mustEndBy == null || now() <= worker.mustEndBy + SLACK.toNanos(),
					"ends in bounded time", worker);
		}
		checkHung();
		this.reloadMustEndBy.forEach((id, by) -> this.world.check(now() <= by, "a reload ends in bounded time", id));
		this.world.check(!alive || now() <= this.stopMustEndBy, "a stop ends in bounded time", "master");
	}

	private void checkGroup(GroupInfo group, GroupSettings settings) {
		int[] living = new int[group.children()];
		int[] held = new int[group.children()];
		this.mostChildren.merge(group.name(), group.children(), Math::max);
		for (WorkerInfo worker : group.workers()) {
			boolean draining = worker.state() == WorkerState.DRAINING;
			this.world.check(this.world.copies.of(group.name()).contains(worker.generation()),
					"the copy of a worker that lives is kept", worker);
			this.world.check(draining || worker.index() < group.children(), "has no more workers than it should",
					group);
			if (worker.index() < group.children()) {
				held[worker.index()]++;
				living[worker.index()] += draining ? 0 : 1;
			}
		}
		checkHandover(group, settings);
		long starting = (settings.properties().serialStart()) ? starting(group) : 0;
		this.world.check(starting <= 1, "one worker starts at a time with serial-start", group);
		this.world.check(group.state() == GroupState.STOPPED || !this.stopped.contains(group.name()),
				"what was stopped does not start by itself", group);
		boolean reloading = group.state() == GroupState.RELOADING;
		int doubled = 0;
		for (int index = 0; index < living.length; index++) {
			this.world.check(living[index] <= ((reloading || isReplaced(group, index)) ? 2 : 1),
					"a slot has one worker, two while reloaded or replaced", group);
			doubled += (living[index] > 1) ? 1 : 0;
			this.world.check(
					group.state() != GroupState.RUNNING || held[index] > 0 || starting > 0 || triesAgain(group),
					"every slot of a running group is held, waits for its turn, or is tried again", group);
			this.world.check(group.state() != GroupState.STOPPED || living[index] == 0,
					"a stopped group has only draining workers", group);
		}
		this.world.check(reloading || doubled <= 1, "one slot is replaced at a time where nothing is reloaded", group);
		this.world.check(doubled <= settings.reload().maxSurge().slots(group.children()),
				"no more slots are replaced at a time than allowed", group);
		ReloadInfo current = this.current.get(group.name());
		this.world.check(!reloading || current != null, "is RELOADING only while a reload is under way", group);
		if (!reloading && current != null) {
			settled(current, group.generation());
		}
	}

	/** Others may begin beside a reload of which only predecessors drain. */
	private void settled(ReloadInfo reload, int generation) {
		this.current.remove(reload.group());
		this.reloads.get(reload.group()).settled(generation);
		if (generation == reload.toGeneration()) {
			this.pauses.remove(reload.group());
		}
		boolean drains = this.world.info(reload.group())
			.workers()
			.stream()
			.anyMatch((worker) -> worker.state() == WorkerState.DRAINING);
		this.world.check(drains, "another may begin only where this one waits for what drains", reload);
	}

	private void checkHandover(GroupInfo group, GroupSettings settings) {
		Set<Integer> active = new HashSet<>();
		for (FakeWorker worker : this.world.workers) {
			if (worker.active() && worker.launch.group().equals(group.name())) {
				this.world.check(active.add(worker.launch.index()) || settings.reload().order() != Order.HANDOVER,
						"one worker of a slot is active where a group hands over", worker);
			}
		}
	}

	private boolean isReplaced(GroupInfo group, int index) {
		return group.workers()
			.stream()
			.anyMatch((worker) -> worker.index() == index && worker.state() == WorkerState.READY
					&& String.valueOf(worker.reason()).contains("is to be "));
	}

	private boolean isUnfit(long pid) {
		return this.world.workers.stream().anyMatch((worker) -> worker.pid() == pid && worker.isUnfit());
	}

	private boolean isSpare(long pid) {
		return this.world.workers.stream().anyMatch((worker) -> worker.pid() == pid && worker.spare);
	}

	private static boolean triesAgain(GroupInfo group) {
		return group.reason() != null && group.reason().contains("tries again at ");
	}

	private long starting(GroupInfo group) {
		return group.workers().stream().filter((worker) -> !this.wereReady.contains(worker.pid())).count();
	}

	/** A restart, a stop or a start begins with a clean record. */
	void recordCleared(String group) {
		this.pauses.remove(group);
		this.fatalStarts.remove(group);
	}

	/** Until it is started, a group that was stopped stays so. */
	void stopped(String group) {
		recordCleared(group);
		this.stopped.add(group);
	}

	void started(String group) {
		recordCleared(group);
		this.stopped.remove(group);
	}

	/**
	 * Whether nothing but heartbeats is going to happen by itself.
	 * @return whether all groups have come to rest
	 */
	boolean isSettled() {
		return this.world.supervisor().infos().stream().allMatch(this::isSettled);
	}

	private boolean isSettled(GroupInfo group) {
		boolean listens = this.world.listeners().open(group.name());
		return switch (group.state()) {
			case STOPPED -> group.workers().isEmpty() && !listens;
			case RUNNING -> listens && group.workers().size() == group.children()
					&& group.workers()
						.stream()
						.allMatch((worker) -> worker.state() == WorkerState.READY && !isUnfit(worker.pid()));
			case RELOADING, GIVEN_UP -> false;
		};
	}

	private void checkHung() {
		if (this.seenStalls != this.world.loop().stalls()) {
			// A master that was stopped gives everybody a fresh allowance.
			this.seenStalls = this.world.loop().stalls();
			this.judgedBy.clear();
		}
		for (FakeWorker worker : this.world.workers) {
			if (!worker.alive() || !worker.isHung()) {
				continue;
			}
			GroupSettings settings = this.settings.get(worker.launch.group());
			int maxLost = settings.properties().maxHeartbeatLost();
			if (maxLost > 0 && isReady(worker)) {
				// A look after the allowance, or three more heartbeats.
				long by = now() + settings.heartbeatInterval().multipliedBy(Math.max(maxLost, 3) + 3L).toNanos();
				this.world.check(now() <= this.judgedBy.merge(new Fault(worker, worker.fault()), by, Math::min),
						"a hung worker is found", worker);
			}
		}
	}

	private boolean isReady(FakeWorker worker) {
		return worker.alive() && this.world.info(worker.launch.group())
			.workers()
			.stream()
			.anyMatch((info) -> info.pid() == worker.pid() && info.state() == WorkerState.READY);
	}

	private void readEvents() {
		List<Object> events = this.world.events;
		for (; this.seenEvents < events.size(); this.seenEvents++) {
			read(events.get(this.seenEvents));
		}
		List<FakeWorld.Launch> launches = this.world.launches;
		for (; this.seenLaunches < launches.size(); this.seenLaunches++) {
			FakeWorld.Launch launch = launches.get(this.seenLaunches);
			Pause pause = this.pauses.get(launch.of().group());
			if (pause != null && launch.at() > pause.from() && launch.at() < pause.to()) {
				this.world.check(this.reloads.get(launch.of().group()).covers(launch.at()),
						"a group that gave up forks only in a reload", launch);
			}
		}
	}

	private void read(Object event) {
		if (event instanceof WorkerForkedEvent fork) {
			this.world.check(this.forked.add(fork.worker().pid()), "is forked once", fork);
		}
		else if (event instanceof WorkerExitedEvent exit) {
			readExit(exit);
		}
		else if (event instanceof io.pmboot.event.WorkerReadyEvent ready) {
			this.wereReady.add(ready.worker().pid());
			this.fatalStarts.remove(ready.worker().group());
		}
		else if (event instanceof GiveupEvent giveup) {
			this.fatalStarts.remove(giveup.group());
			long from = this.world.loop().nanoTime();
			this.pauses.put(giveup.group(), new Pause(from, from + giveup.pause().toNanos()));
			this.world.check(
					giveup.fatalExits().size() >= this.settings.get(giveup.group()).properties().maxFatalRestart(),
					"gives up only after so many fatal exits", giveup);
		}
		else if (event instanceof ReloadStartedEvent started) {
			ReloadInfo reload = started.reload();
			GroupSettings group = this.settings.get(reload.group());
			ReloadInfo before = this.current.get(reload.group());
			if (before != null) {
				settled(before, reload.fromGeneration());
			}
			this.current.put(reload.group(), reload);
			Reloads reloads = this.reloads.computeIfAbsent(reload.group(), (name) -> new Reloads(this.world));
			this.world.check(reloads.draining() < group.reload().maxDraining(), "only so many drain at a time", reload);
			reloads.started(reload);
			this.reloadMustEndBy.put(reload.id(), now() + longest(group).toNanos());
		}
		else if (event instanceof ReloadFinishedEvent finished) {
			this.world.check(this.reloadMustEndBy.remove(finished.reload().id()) != null, "finishes once", finished);
			this.world.check(finished.reload().outcome() != null, "has an outcome", finished);
			ReloadInfo current = this.current.get(finished.reload().group());
			if (current != null && current.id().equals(finished.reload().id())) {
				this.current.remove(current.group());
				this.reloads.get(current.group()).finished(finished.reload());
			}
			else {
				this.reloads.get(finished.reload().group()).drained(finished.reload());
			}
			if (finished.reload().outcome() == ReloadOutcome.COMPLETED) {
				this.pauses.remove(finished.reload().group());
			}
		}
	}

	// There and back, one slot after the other.
	private Duration longest(GroupSettings group) {
		Reload reload = group.reload();
		// A successor may lose its stream at the last moment, and drains then.
		Duration start = group.startTimeout()
			.plus(WorkerHandle.STREAM_GRACE)
			.plus(group.terminateTimeout())
			.plus(ChildProcess.GRACE)
			.plusSeconds(5);
		// With serial-start, those that replace what died have precedence, until the
		// group gives up.
		int starts = (group.properties().serialStart()) ? group.properties().maxFatalRestart() + 2 : 1;
		Duration drain = reload.drainTimeout().plus(group.terminateTimeout()).plus(ChildProcess.GRACE).plusSeconds(5);
		// One more, where the new version is to be forked otherwise than its first
		// worker.
		Duration slot = start.multipliedBy(starts + 1).plus(longer(reload.observe())).plus(reload.pause());
		if (reload.waitForDrain() || reload.order() != Order.START_FIRST) {
			slot = slot.plus(drain);
		}
		return group.startTimeout()
			.plus(reload.holdTimeout())
			.plus(slot.multipliedBy(2L * this.world.info(group.name()).children()))
			.plus(drain.multipliedBy(2));
	}

	// One reload may be asked for another time than the group has.
	private static Duration longer(Duration observe) {
		Duration most = Duration.ofSeconds(10);
		return (observe.compareTo(most) > 0) ? observe : most;
	}

	private void readExit(WorkerExitedEvent exit) {
		long pid = exit.worker().pid();
		if (pid != 0) {
			this.world.check(this.forked.contains(pid), "was forked", exit);
			this.world.check(this.exited.add(pid), "exits once", exit);
		}
		String group = exit.worker().group();
		if (exit.kind() == ExitKind.FATAL && this.current.containsKey(group)) {
			this.reloads.get(group).failed(exit.worker());
		}
		else if (exit.kind() == ExitKind.FATAL && exit.status().code() != ExitStatus.NOT_STARTED && !isSpare(pid)) {
			int starts = this.fatalStarts.merge(group, 1, Integer::sum);
			// Those that start when the group gives up still end, as do those that were
			// lost.
			GroupSettings settings = this.settings.get(group);
			int most = this.mostChildren.getOrDefault(group, settings.children());
			this.world.check(starts <= settings.properties().maxFatalRestart() + 2 * most, "gives up in time", exit);
			this.world.check(
					this.world.workers.stream()
						.noneMatch((worker) -> worker.pid() == pid && worker.askedToDrain() && !worker.isUnfit()),
					"what was told to drain does not end fatally", exit);
		}
	}

	void checkEnd(CompletableFuture<Boolean> stopped, List<PendingReload> reloads) {
		this.world.check(stopped.isDone(), "the stop completes", "master");
		this.world.check(this.world.alive().isEmpty(), "no worker is left", this.world.alive());
		this.world.check(this.world.loop().pendingTimers() == 0, "no timer is left", "master");
		this.world.check(this.forked.equals(this.exited), "every fork has its exit", "master");
		for (PendingReload reload : reloads) {
			this.world.check(reload.finished().isDone(), "every reload has its outcome", reload.started());
		}
		this.world.check(this.reloadMustEndBy.isEmpty(), "no reload is left", this.reloadMustEndBy);
	}

	private long now() {
		return this.world.loop().awakeNanos();
	}

	private record Fault(FakeWorker worker, String fault) {
	}

	private record Pause(long from, long to) {
	}

}
