package io.pmboot.master;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import io.pmboot.Answers;
import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.OperationRefusedException;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.RolloutInfo;
import io.pmboot.WorkerState;
import io.pmboot.control.Frame;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.Surge;
import org.jspecify.annotations.Nullable;

/**
 * The planned replacement of a group's workers by those of another generation: a reload,
 * or a rollback by hand. It goes from phase to phase: copying, configuring, replacing, in
 * between perhaps holding, draining, ended; where a worker of the new generation fails
 * meanwhile, it returns. Whoever served before serves on then, and slots that have been
 * replaced go back.
 * <p>
 * Events leave facts here. What follows from them is done in {@link #advance()}, which
 * the group calls when it reconciles; the group forks the successors for which slots are
 * due, and activates whoever holds a slot.
 */
final class Rollout {

	final Generations generations;

	final Seams seams;

	final ReloadLog log;

	/** The group has to reconcile. */
	final Runnable changed;

	/** What the group is when it begins. */
	final GroupSettings settings;

	/** How it goes: as these have it, but for what it was asked to have otherwise. */
	final Reload reload;

	final Judge judge;

	final List<Slot> slots;

	final int from;

	final int to;

	/** The time limit of the phase, or of what it does. */
	final Deadline timer;

	/** The slots that are replaced after the present ones. */
	final Deque<Slot> waiting;

	/** The slots that are being replaced. */
	final List<Slot> batch = new ArrayList<>();

	final Drains drains;

	final CompletableFuture<ReloadInfo> finished = new CompletableFuture<>();

	private RolloutPhase phase;

	/** Slots that have been replaced for good. */
	int replaced;

	/** With how many of them it holds; 0 where it does not, or has. */
	private int canary;

	/** Why it is to return, or has ended. */
	@Nullable String cause;

	boolean cancelled;

	/** Whether others came since: nothing that happens makes it go back any more. */
	private boolean settled;

	private RolloutPhase.@Nullable Returning returning;

	/**
	 * Creates a rollout; nothing happens before {@link #begin()}.
	 * @param slots the slots of the group
	 * @param generations the generations of the group
	 * @param reload how it goes
	 * @param copied whether the generation has its copy already: that of a rollback
	 * @param seams the world
	 * @param log what is told of it
	 * @param changed has the group reconcile
	 */
	Rollout(List<Slot> slots, Generations generations, Reload reload, boolean copied, Seams seams, ReloadLog log,
			Runnable changed) {
		this.generations = generations;
		this.seams = seams;
		this.log = log;
		this.changed = changed;
		this.settings = generations.settings();
		this.reload = reload;
		this.slots = List.copyOf(slots);
		Surge canary = reload.canary();
		this.canary = (canary != null) ? Math.min(canary.slots(slots.size()), slots.size()) : 0;
		this.from = log.started().fromGeneration();
		this.to = log.started().toGeneration();
		this.judge = new Judge(seams.loop(), reload, this.to, generations.recentAnswers());
		this.timer = new Deadline(seams.loop());
		this.drains = new Drains(log, reload.drainTimeout());
		this.waiting = new ArrayDeque<>(slots);
		this.phase = copied ? new RolloutPhase.Configuring(this, true) : new RolloutPhase.Copying(this);
	}

	void begin() {
		this.phase.begin();
	}

	/**
	 * Does what follows from what is known by now.
	 * @return whether anything has changed
	 */
	boolean advance() {
		boolean changed = false;
		do {
			if (isToGoBack()) {
				goBack();
				changed = true;
			}
			while (this.phase.advance()) {
				changed = true;
			}
		}
		while (isToGoBack());
		if (!isJudged()) {
			this.judge.end();
		}
		this.judge.observe(this.slots);
		return changed;
	}

	private boolean isToGoBack() {
		return this.cause != null && this.returning == null && !hasEnded();
	}

	/** Not on the way to a version that has served before: somebody wants that back. */
	private boolean isJudged() {
		return this.to > this.from && this.cause == null
				&& (this.phase instanceof RolloutPhase.Replacing || this.phase instanceof Holding);
	}

	/** A worker of the group has answered requests since it last told. */
	void answered(WorkerHandle worker, Answers answers) {
		if (isOnlyDraining() && !isGoingBack()) {
			// Every slot has the new generation: it is what the next is compared with.
			this.generations.recentAnswers().add(answers);
			return;
		}
		String worse = this.judge.answered(worker.toString(), worker.generation(), answers);
		if (worse != null) {
			refused(worse);
			this.changed.run();
		}
	}

	/** Whether it waits for somebody, and nobody is being replaced. */
	boolean isHolding() {
		return this.phase instanceof Holding holding && !holding.isPromoted() && this.cause == null;
	}

	boolean isIn(RolloutPhase phase) {
		return this.phase == phase;
	}

	void enter(RolloutPhase next) {
		if (!this.phase.leadsTo.contains(next.getClass())) {
			throw new IllegalStateException("Reload %s cannot go from %s to %s".formatted(id(), this.phase, next));
		}
		this.timer.cancel();
		this.phase = next;
		next.begin();
	}

	/**
	 * Leaves the slots to whoever served before; those that have been replaced go back.
	 */
	private void goBack() {
		for (Slot slot : this.batch) {
			WorkerHandle successor = slot.successor();
			giveUp(slot);
			this.replaced += (successor != null && slot.holder() == successor) ? 1 : 0;
		}
		this.batch.clear();
		this.canary = 0;
		this.slots.forEach((slot) -> slot.fillFrom(this.from));
		RolloutPhase.Returning returning = new RolloutPhase.Returning(this);
		enter(returning);
		this.returning = returning;
	}

	void giveUp(Slot slot) {
		WorkerHandle successor = slot.successor();
		boolean served = slot.isTaken();
		WorkerHandle surplus = slot.giveUpReplacement();
		if (served && surplus == successor) {
			this.drains.drain(surplus, DrainReason.RELOAD);
		}
		else {
			this.drains.end(surplus, DrainReason.STOP, this.settings.terminateTimeout());
		}
	}

	/**
	 * Begins to replace the next slots.
	 * @param generation by workers of which generation
	 * @param which which of the slots
	 * @return whether there are any
	 */
	boolean beginBatch(int generation, Predicate<Slot> which) {
		boolean stopFirst = order() == Order.STOP_FIRST;
		int surge = this.reload.maxSurge().slots(this.slots.size());
		int size = (this.canary > 0) ? Math.min(surge, this.canary - this.replaced) : surge;
		while (this.batch.size() < size && !this.waiting.isEmpty()) {
			Slot slot = this.waiting.remove();
			if (which.test(slot)) {
				slot.replace(generation, stopFirst);
				this.batch.add(slot);
			}
		}
		if (stopFirst) {
			this.batch.forEach((slot) -> this.drains.drain(slot.predecessor(), DrainReason.RELOAD));
		}
		return !this.batch.isEmpty();
	}

	private Order order() {
		return this.reload.order();
	}

	/** The next slots have to wait until nobody drains, where the group is set so. */
	boolean hasToDrainFirst() {
		return this.reload.waitForDrain() && !this.waiting.isEmpty() && !this.drains.areOver();
	}

	/** Has all successors of the batch accept. */
	void handOver() {
		if (isJudged()) {
			this.judge.begin();
		}
		this.batch.forEach(this::handOver);
	}

	/** Has the successor accept: at once, or when its predecessor has drained. */
	void handOver(Slot slot) {
		slot.take();
		if (order() == Order.HANDOVER) {
			this.drains.drain(slot.predecessor(), DrainReason.HANDOVER);
		}
	}

	/** As many slots have been replaced as the canary has. */
	boolean isToHold() {
		return this.canary > 0 && this.replaced >= this.canary;
	}

	/**
	 * Goes on after the canary.
	 * @throws OperationRefusedException where it does not hold
	 */
	void promote() {
		if (!(this.phase instanceof Holding holding) || this.cause != null) {
			throw new OperationRefusedException(
					"Reload '%s' cannot be promoted: it is %s, not Holding".formatted(id(), this.phase), id());
		}
		this.canary = 0;
		holding.promote();
	}

	static boolean isActive(Slot slot) {
		WorkerHandle successor = slot.successor();
		return slot.isTaken() && successor != null && successor.isActive();
	}

	void step(ReloadStep.Kind kind, Slot slot) {
		WorkerHandle successor = slot.successor();
		if (successor != null) {
			this.log.step(kind, successor, null);
		}
	}

	/** A successor has come so far; nothing is told of other workers. */
	void reached(ReloadStep.Kind kind, WorkerHandle worker) {
		if (isSuccessor(worker)) {
			this.log.step(kind, worker, null);
			if (kind == ReloadStep.Kind.READY && this.phase instanceof RolloutPhase.Configuring configuring) {
				configuring.ready();
			}
		}
	}

	/**
	 * Whether what happens to a worker is the rollout's matter and not counted against
	 * the group: to a successor, or to one of the generation that the rollout leads to.
	 */
	boolean answersFor(WorkerHandle worker) {
		return !this.settled && (worker.generation() == this.to || isSuccessor(worker));
	}

	boolean isSuccessor(WorkerHandle worker) {
		return this.batch.stream().anyMatch((slot) -> slot.successor() == worker);
	}

	/** Whether a slot is being replaced by this rollout at the moment. */
	boolean replaces(Slot slot) {
		return this.batch.contains(slot);
	}

	/**
	 * A worker of the generation has connected: it is asked, or told what is known. In a
	 * rollback that may be one left from another to the same generation.
	 */
	void connected(WorkerHandle worker) {
		if (this.phase instanceof RolloutPhase.Configuring configuring && !configuring.known) {
			configuring.connected(worker);
		}
		else {
			worker.send(this.generations.welcome(worker, List.of()));
			configured(worker);
		}
	}

	void configuration(WorkerHandle worker, Frame.Configuration configuration) {
		if (this.phase instanceof RolloutPhase.Configuring configuring) {
			configuring.configuration(worker, configuration);
		}
		else {
			answer(worker);
		}
	}

	void answer(WorkerHandle worker) {
		// The answer lets it go on, so that it goes to those only that may.
		if (configured(worker)) {
			worker.send(this.generations.welcome(worker, List.of()));
		}
	}

	/**
	 * It is known what a worker is to be.
	 * @param worker the worker
	 * @return whether it was forked with these profiles, options, arguments and
	 * variables; otherwise it ends, and another is forked
	 */
	boolean configured(WorkerHandle worker) {
		GroupSettings settings = this.generations.settings(this.to);
		if (worker.launch.program().equals(settings.program())) {
			worker.configured(settings);
			return true;
		}
		// Not held to the new start-timeout: it is to go in any case. One that ends
		// already, because it is late, fails the reload by its exit.
		if (worker.isBefore(WorkerState.DRAINING)) {
			this.batch.stream().filter((slot) -> slot.successor() == worker).forEach((slot) -> {
				slot.discardSuccessor();
				this.drains.end(worker, DrainReason.STOP, this.settings.terminateTimeout());
			});
		}
		return false;
	}

	/** A worker drains, unasked and orderly, or refuses traffic. */
	void leaving(WorkerHandle worker) {
		if (isSuccessor(worker)) {
			cannotServe(worker);
		}
	}

	/** A worker cannot be spoken to any more, or is not fit to go on. */
	void lost(WorkerHandle worker) {
		if (answersFor(worker)) {
			cannotServe(worker);
		}
	}

	private void cannotServe(WorkerHandle worker) {
		failed(worker, "%s cannot serve any more: %s".formatted(worker, worker.info().reason()));
	}

	/**
	 * A worker has exited.
	 * @param worker the worker
	 * @return whether the rollout waited for that
	 */
	boolean drained(WorkerHandle worker) {
		return this.drains.exited(worker);
	}

	/** A worker has exited for which nobody waited. */
	void exited(WorkerHandle worker, WorkerExitedEvent exit) {
		if (isSuccessor(worker) || (answersFor(worker) && exit.kind() == ExitKind.FATAL)) {
			failed(worker, "%s exited %s: %s".formatted(worker,
					worker.wasReady() ? "before the reload was over" : "before it was ready", worker.describe(exit)));
		}
	}

	private void failed(WorkerHandle worker, String why) {
		if (this.returning != null) {
			this.returning.failed(worker, why);
		}
		else if (this.cause == null) {
			this.log.step(ReloadStep.Kind.FAILED, worker, why);
			this.cause = why;
		}
	}

	/** The generation cannot be, or not as it says, or answers worse. */
	void refused(String why) {
		if (this.cause == null) {
			this.log.step(ReloadStep.Kind.FAILED, why);
			this.cause = why;
		}
	}

	/**
	 * Ends it before its time: slots that have been replaced go back.
	 * @param why in words
	 */
	void cancel(String why) {
		this.cancelled = true;
		this.cause = why;
	}

	/**
	 * Ends it at once, for the group is about to stop all its workers.
	 * @param why in words
	 */
	void abort(String why) {
		this.batch.forEach(Slot::endReplacement);
		this.slots.forEach((slot) -> slot.fillFrom(this.from));
		this.returning = null;
		this.cause = why;
		enter(new RolloutPhase.Ended(this, ReloadOutcome.CANCELLED));
	}

	/** Why it waits, where it waits for somebody to decide. */
	@Nullable String holdReason() {
		return (this.phase instanceof Holding holding) ? holding.reason() : null;
	}

	static @Nullable RolloutInfo info(@Nullable Rollout of) {
		return (of != null)
				? new RolloutInfo(of.id(), of.to, of.phase instanceof Holding, of.judge.newer(), of.judge.others())
				: null;
	}

	String id() {
		return this.log.started().id();
	}

	boolean isGoingBack() {
		return this.returning != null;
	}

	/** Whether every slot is as it is to be, so that another rollout may begin. */
	boolean isOnlyDraining() {
		return this.phase instanceof RolloutPhase.Draining && (this.cause == null || isGoingBack());
	}

	/** It is only draining, and has the last word no longer. */
	void settle() {
		this.settled = true;
	}

	boolean isSettled() {
		return this.settled;
	}

	boolean hasEnded() {
		return this.phase instanceof RolloutPhase.Ended;
	}

	@Nullable String explanation() {
		return (this.returning != null) ? this.returning.explain(String.valueOf(this.cause)) : this.cause;
	}

}
