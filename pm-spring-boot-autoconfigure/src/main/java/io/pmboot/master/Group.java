package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.Answers;
import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Frame;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.WorkerDisconnectedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerReadyEvent;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.MessageSettings;
import org.jspecify.annotations.Nullable;

/**
 * One group. Events change facts: what its workers are, who holds which slot, in which
 * phase a rollout is, whether the group is to run. After each of them
 * {@link #reconcile()} compares what should be with what is, and acts.
 */
final class Group {

	/**
	 * Workers have given their listeners up by then: what still accepts fails.
	 */
	private static final Duration END_OF_LISTENERS = Duration.ofMillis(200);

	private final Seams seams;

	private final WorkerRegistry registry;

	private final Generations generations;

	private final RunState run;

	private final Giveup giveup;

	private final GroupOperations operations;

	private final Recycling recycling;

	private final SerialTurns turns = new SerialTurns();

	private final List<Slot> slots = new ArrayList<>();

	private final Set<WorkerHandle> workers = new LinkedHashSet<>();

	private final Rollouts rollouts = new Rollouts();

	private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

	private boolean reconciling;

	private boolean killed;

	Group(GroupSettings settings, Seams seams, WorkerRegistry registry, ReloadLog.History history,
			MessageSettings messages, boolean firstCopied) {
		this.seams = seams;
		this.registry = registry;
		this.generations = new Generations(settings, seams, messages, firstCopied);
		this.run = new RunState(this, seams);
		this.giveup = new Giveup(settings, seams, this::reconcile);
		this.recycling = new Recycling(this, seams);
		this.operations = new GroupOperations(this, this.generations, this.run, seams, history);
		resize(settings.children());
	}

	/**
	 * Brings what is to what should be: activates and ends workers, has rollouts go on,
	 * and forks. It may be called at any time, any number of times.
	 */
	void reconcile() {
		if (this.reconciling) {
			// What calls from within looks again anyway.
			return;
		}
		this.reconciling = true;
		try {
			do {
				endWorkers();
				this.slots.forEach(this::activate);
			}
			while (this.recycling.advance() || this.rollouts.advance(this::ended) || this.operations.doOrdered());
			forkWorkers();
			this.generations.keep(usedGenerations());
		}
		finally {
			this.reconciling = false;
		}
		if (this.run.isEnding() && this.workers.isEmpty()) {
			this.ended.complete(this.killed);
		}
	}

	/**
	 * Has those of a slot accept that are READY, but for a successor that has not taken
	 * it yet.
	 */
	private void activate(Slot slot) {
		activate(slot.holder());
		activate(slot.predecessor());
	}

	/**
	 * Has a worker accept that is READY: at once or, where the group hands over, as soon
	 * as nobody else is active in its slot. Whoever holds it up ends in bounded time: it
	 * was told to drain, has lost its stream or is being killed.
	 */
	void activate(@Nullable WorkerHandle worker) {
		if (worker == null || !worker.isReady() || worker.isActive()) {
			return;
		}
		boolean free = settings().reload().order() != Order.HANDOVER || this.workers.stream()
			.noneMatch((other) -> other != worker && other.index() == worker.index() && other.isActive());
		if (free) {
			worker.activate();
			this.rollouts.reached(ReloadStep.Kind.ACTIVATED, worker);
		}
		else if (!worker.isUnfit()) {
			worker.explain("accepts as soon as nothing is in flight in its predecessor");
		}
	}

	private void ended(Rollout rollout) {
		ReloadInfo info = rollout.log.info();
		if (info.outcome() == ReloadOutcome.COMPLETED && !rollout.isSettled()) {
			becomesCurrent(info.toGeneration());
		}
		this.seams.events().accept(new ReloadFinishedEvent(info));
		rollout.finished.complete(info);
	}

	/** All slots have been replaced: what the generation says of the group holds. */
	private void becomesCurrent(int generation) {
		this.generations.completed(generation);
		this.giveup.configured(settings());
		this.recycling.cancel();
		this.operations.configured();
	}

	/** Ends those that are not to be, or not to go on. */
	private void endWorkers() {
		if (!this.run.isRunning()) {
			this.workers.stream()
				.filter((worker) -> !worker.wasAskedTo(DrainReason.STOP))
				.forEach((worker) -> worker.stop(DrainReason.STOP, settings().terminateTimeout()));
		}
		this.workers.stream()
			.filter((worker) -> worker.index() >= this.slots.size() && worker.isBefore(WorkerState.DRAINING))
			.forEach((worker) -> worker.stop(DrainReason.SCALED_DOWN, settings().reload().drainTimeout()));
	}

	/**
	 * Forks what is missing: first for slots that nobody holds, then a successor for one
	 * that is not to go on, then those of rollouts.
	 */
	private void forkWorkers() {
		boolean forks = this.run.isRunning() && !this.giveup.holds();
		for (Slot slot : this.slots) {
			if (forks && slot.isVacant() && !awaitsStart()) {
				slot.fill(fork(slot, slot.generation(), slot.history()));
			}
		}
		if (forks && !awaitsStart()) {
			this.recycling.begin();
		}
		for (Slot slot : this.slots) {
			Integer generation = slot.successorDue();
			if (generation != null && !awaitsStart()) {
				WorkerHandle successor = fork(slot, generation, null);
				slot.forked(successor);
				this.recycling.forked(slot);
				this.rollouts.reached(ReloadStep.Kind.FORKED, successor);
			}
		}
	}

	/** One that will not get ready is in the way until its process is gone. */
	private boolean awaitsStart() {
		return settings().properties().serialStart() && this.workers.stream().anyMatch((worker) -> !worker.wasReady());
	}

	private WorkerHandle fork(Slot slot, int generation, @Nullable String before) {
		WorkerHandle worker = new WorkerHandle(this.generations.settings(generation), slot.index(), generation,
				this.generations.isCopied(generation), this.seams, this);
		this.workers.add(worker);
		this.registry.forking(worker);
		worker.fork(before);
		return worker;
	}

	private Set<Integer> usedGenerations() {
		Set<Integer> used = new HashSet<>();
		this.workers.forEach((worker) -> used.add(worker.generation()));
		Rollout rollout = rollout();
		if (rollout != null) {
			used.add(rollout.from);
			used.add(rollout.to);
		}
		return used;
	}

	void connected(WorkerHandle worker, ControlConnection connection) {
		worker.connected(connection);
		Rollout rollout = this.rollouts.leadingTo(worker);
		if (rollout != null) {
			rollout.connected(worker);
		}
		else {
			worker.send(this.generations.welcome(worker, List.of()));
		}
	}

	void received(WorkerHandle worker, Frame frame) {
		if (frame instanceof Frame.Configuration configuration) {
			Rollout rollout = this.rollouts.leadingTo(worker);
			if (rollout != null) {
				rollout.configuration(worker, configuration);
			}
		}
		else if (!this.turns.received(worker, frame)) {
			worker.received(frame);
		}
	}

	/** Its fork has ended, well or not. */
	void forked(WorkerHandle worker) {
		this.registry.forked(worker);
	}

	/** It is READY, and waits to be activated. */
	void ready(WorkerHandle worker) {
		slots(worker).forEach(Slot::succeeded);
		this.giveup.ready();
		this.seams.events().accept(new WorkerReadyEvent(worker.info()));
		this.rollouts.reached(ReloadStep.Kind.READY, worker);
		reconcile();
	}

	/** It has answered requests since it last told. */
	void answered(WorkerHandle worker, Answers answers) {
		Rollout rollout = rollout();
		if (rollout != null) {
			rollout.answered(worker, answers);
		}
		else {
			this.generations.recentAnswers().add(answers);
		}
	}

	/** It is READY, but its application refuses traffic. */
	void refuses(WorkerHandle worker) {
		this.rollouts.leaving(worker);
		reconcile();
	}

	/** It drains, unasked and orderly. */
	void leaving(WorkerHandle worker, DrainReason reason) {
		if (reason == DrainReason.DISCONNECTED) {
			this.seams.events().accept(new WorkerDisconnectedEvent(worker.info()));
		}
		this.slots.forEach((slot) -> slot.leave(worker));
		this.rollouts.leaving(worker);
		reconcile();
	}

	/**
	 * It is to be replaced, for it says that it is not fit to go on. It serves on until
	 * it is told to drain.
	 * @param worker the worker
	 * @param fault stands for the exit in what is counted
	 */
	void unfit(WorkerHandle worker, WorkerExitedEvent fault) {
		countFatal(worker, fault);
		failed(worker);
	}

	/**
	 * It cannot be spoken to any more. Its exit will follow.
	 * @param worker the worker
	 * @param loss stands for the exit in what is counted
	 */
	void lost(WorkerHandle worker, WorkerExitedEvent loss) {
		slots(worker).forEach((slot) -> slot.failed(String.valueOf(loss.worker().reason())));
		this.slots.forEach((slot) -> slot.leave(worker));
		if (!worker.isUnfit()) {
			countFatal(worker, loss);
		}
		failed(worker);
	}

	private void failed(WorkerHandle worker) {
		this.rollouts.lost(worker);
		reconcile();
	}

	private void countFatal(WorkerHandle worker, WorkerExitedEvent exit) {
		if (!this.recycling.answersFor(worker) && !this.rollouts.answerFor(worker)) {
			this.giveup.fatalExit(exit, worker);
		}
	}

	/** Its process has ended. */
	void exited(WorkerHandle worker, WorkerExitedEvent exit) {
		this.turns.exited(worker);
		this.workers.remove(worker);
		this.registry.exited(worker);
		this.killed |= this.run.isEnding() && exit.kind() == ExitKind.KILLED;
		if (exit.kind() == ExitKind.FATAL) {
			slots(worker).forEach((slot) -> slot.failed(worker.describe(exit)));
			if (!worker.wasLost()) {
				countFatal(worker, exit);
			}
		}
		this.recycling.exited(worker, exit);
		this.slots.forEach((slot) -> slot.leave(worker));
		this.rollouts.exited(worker, exit);
		reconcile();
	}

	private List<Slot> slots(WorkerHandle holder) {
		return this.slots.stream().filter((slot) -> slot.holder() == holder).toList();
	}

	void begin(Rollout rollout) {
		this.rollouts.begin(rollout);
		reconcile();
	}

	/** Lets a rollout that is in nobody's way end by itself: its generation serves. */
	void settleRollout() {
		Rollout rollout = rollout();
		if (rollout != null && rollout.isOnlyDraining()) {
			rollout.settle();
			if (!rollout.isGoingBack()) {
				becomesCurrent(rollout.to);
			}
		}
	}

	/** The rollout that is under way. */
	@Nullable Rollout rollout() {
		return this.rollouts.current();
	}

	List<Rollout> rollouts() {
		return this.rollouts.all();
	}

	/** Sets how many slots there are; those at the end go, or come. */
	void resize(int children) {
		while (this.slots.size() > children) {
			this.slots.remove(this.slots.size() - 1);
		}
		while (this.slots.size() < children) {
			this.slots.add(new Slot(this.slots.size(), generation()));
		}
	}

	// Of a group that has given up.
	void endPause() {
		this.giveup.end();
		reconcile();
	}

	/** Stops all workers, for the group is not to run. */
	void stopWorkers() {
		this.giveup.cancel();
		this.recycling.cancel();
		this.slots.forEach(Slot::clear);
		this.seams.listeners().close(name());
		this.seams.loop().schedule(() -> this.seams.listeners().end(name()), END_OF_LISTENERS);
		reconcile();
	}

	/**
	 * Stops every worker and forks none any more.
	 * @return completes when the last has exited, with whether one had to be killed
	 */
	CompletableFuture<Boolean> end() {
		if (!this.run.isEnding()) {
			this.run.end();
			this.operations.abort("the master is stopping");
			stopWorkers();
		}
		return this.ended;
	}

	GroupInfo info() {
		int generation = generation();
		List<WorkerInfo> workers = new ArrayList<>(this.workers.stream().map(WorkerHandle::info).toList());
		workers.sort(Comparator.comparingInt(WorkerInfo::index).thenComparingInt(WorkerInfo::generation));
		return new GroupInfo(name(), state(), reason(), generation, this.generations.isCopied(generation),
				this.slots.size(), this.seams.listeners().addresses(name(), generation), workers,
				Rollout.info(rollout()));
	}

	List<WorkerActuator> actuators() {
		return WorkerActuator.of(this.workers, this.slots);
	}

	private GroupState state() {
		if (!this.run.isRunning()) {
			return GroupState.STOPPED;
		}
		if (rollout() != null) {
			return GroupState.RELOADING;
		}
		return this.giveup.pausing() ? GroupState.GIVEN_UP : GroupState.RUNNING;
	}

	private @Nullable String reason() {
		if (!this.run.isRunning()) {
			return this.run.reason();
		}
		Rollout rollout = rollout();
		if (rollout != null) {
			return this.operations.rolloutReason(rollout);
		}
		long waiting = this.slots.stream().filter(Slot::isVacant).count();
		if (settings().properties().serialStart() && waiting > 0 && !this.giveup.holds()) {
			return "serial-start: %d wait for the worker that is starting".formatted(waiting);
		}
		return this.giveup.reason();
	}

	boolean isListening() {
		return !this.seams.listeners().addresses(name(), generation()).isEmpty();
	}

	boolean isStopped() {
		return this.run.isStopped();
	}

	boolean hasWorkers() {
		return !this.workers.isEmpty();
	}

	int generation() {
		return this.generations.current();
	}

	GroupSettings settings() {
		return this.generations.settings();
	}

	String name() {
		return settings().name();
	}

	// In a stop, whichever generation they are of.
	Duration terminateTimeout() {
		return this.generations.terminateTimeout();
	}

	GroupOperations operations() {
		return this.operations;
	}

	Recycling recycling() {
		return this.recycling;
	}

	List<Slot> slots() {
		return Collections.unmodifiableList(this.slots);
	}

}
