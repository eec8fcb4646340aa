package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

import io.pmboot.DrainReason;
import io.pmboot.ReloadStep;
import io.pmboot.loop.Deadline;
import io.pmboot.loop.EventLoop;
import io.pmboot.master.ReloadSettings.Order;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of slots by workers of one generation, a batch at a time: all
 * successors of a batch are forked, get ready, accept beside their predecessors, and only
 * then the predecessors drain; or they drain first, where the group hands over.
 */
class Succession {

	private final Group group;

	private final ReloadSettings settings;

	private final ReloadLog log;

	private final Leaving leaving;

	private final int generation;

	private final Deque<Slot> waiting;

	private final int batchSize;

	private final Runnable onDone;

	private final Deadline timer;

	private List<Replacement> batch = List.of();

	private boolean awaitsDrain;

	private boolean done;

	private int replaced;

	/**
	 * Creates it; nothing happens before {@link #next()}.
	 * @param group the group
	 * @param loop the loop
	 * @param log what is told of it
	 * @param leaving takes the predecessors
	 * @param generation the generation of the successors
	 * @param slots the slots to replace
	 * @param onDone runs when all of them have been replaced; predecessors may still
	 * drain
	 */
	Succession(Group group, EventLoop loop, ReloadLog log, Leaving leaving, int generation, Collection<Slot> slots,
			Runnable onDone) {
		this.group = group;
		this.settings = group.settings().reload();
		this.log = log;
		this.leaving = leaving;
		this.generation = generation;
		this.waiting = new ArrayDeque<>(slots);
		this.batchSize = this.settings.maxSurge().slots(group.slots().size());
		this.onDone = onDone;
		this.timer = new Deadline(loop);
	}

	/** Begins with the next batch. */
	final void next() {
		List<Replacement> next = new ArrayList<>();
		while (next.size() < this.batchSize && !this.waiting.isEmpty()) {
			Slot slot = this.waiting.remove();
			if (isToBeReplaced(slot)) {
				next.add(new Replacement(slot));
			}
		}
		this.batch = next;
		if (next.isEmpty()) {
			this.done = true;
			this.onDone.run();
			return;
		}
		if (this.settings.order() == Order.STOP_FIRST) {
			next.forEach((replacement) -> drain(replacement.reserve()));
		}
		this.group.fill();
	}

	boolean isToBeReplaced(Slot slot) {
		return true;
	}

	/** Forks the successors that are due, as far as they may be. */
	final void proceed() {
		for (Replacement replacement : this.batch) {
			if (isDue(replacement) && !this.group.awaitsStart()) {
				WorkerHandle successor = this.group.fork(replacement.slot().index(), this.generation);
				replacement.fork(successor);
				this.log.step(ReloadStep.Kind.FORKED, successor, null);
			}
		}
	}

	private boolean isDue(Replacement replacement) {
		return replacement.successor() == null && !isLeaving(replacement.predecessor())
				&& !isLeaving(replacement.forkedBefore());
	}

	private boolean isLeaving(@Nullable WorkerHandle worker) {
		return worker != null && this.leaving.contains(worker);
	}

	/**
	 * Ends a successor that starts, to fork another in its place.
	 * @param worker the successor
	 */
	final void forkAgain(WorkerHandle worker) {
		replacementBy(worker).forkAgain();
		this.leaving.end(worker, DrainReason.STOP, this.group.settings().terminateTimeout());
	}

	final void ready(WorkerHandle worker) {
		this.log.step(ReloadStep.Kind.READY, worker, null);
		ready(replacementBy(worker));
	}

	void ready(Replacement replacement) {
		if (this.batch.stream().allMatch(Replacement::isReady)) {
			List.copyOf(this.batch).forEach((each) -> activate(each, this::activated));
		}
	}

	/**
	 * Gives a slot to its successor, which accepts at once or when its predecessor has
	 * drained.
	 * @param replacement the replacement
	 * @param onActive runs when it accepts
	 */
	final void activate(Replacement replacement, Runnable onActive) {
		WorkerHandle successor = replacement.take();
		if (this.settings.order() == Order.HANDOVER) {
			drain(replacement.predecessor(), DrainReason.HANDOVER);
		}
		this.group.activate(successor, () -> {
			step(ReloadStep.Kind.ACTIVATED, replacement);
			if (this.batch.contains(replacement)) {
				onActive.run();
			}
		});
	}

	private void activated() {
		if (this.batch.stream().allMatch(Replacement::isActive)) {
			after(this.settings.observe(), this::observed);
		}
	}

	private void observed() {
		// What has lost its control stream fails as soon as it is sure that it has.
		if (!this.batch.stream().allMatch(Replacement::isReady)) {
			return;
		}
		if (!this.settings.observe().isZero()) {
			this.batch.forEach((replacement) -> step(ReloadStep.Kind.OBSERVED, replacement));
		}
		this.batch.forEach((replacement) -> drain(replacement.predecessor()));
		this.replaced += this.batch.size();
		this.batch = List.of();
		nextWhenDrained();
	}

	final void step(ReloadStep.Kind kind, Replacement replacement) {
		WorkerHandle successor = replacement.successor();
		if (successor != null) {
			this.log.step(kind, successor, null);
		}
	}

	final void drain(@Nullable WorkerHandle worker) {
		drain(worker, DrainReason.RELOAD);
	}

	private void drain(@Nullable WorkerHandle worker, DrainReason reason) {
		if (worker != null) {
			this.leaving.end(worker, reason, this.settings.drainTimeout());
		}
	}

	final void nextWhenDrained() {
		this.awaitsDrain = this.settings.waitForDrain() && !this.waiting.isEmpty() && !this.leaving.isEmpty();
		if (!this.awaitsDrain) {
			after(this.waiting.isEmpty() ? Duration.ZERO : pause(), this::next);
		}
	}

	Duration pause() {
		return this.settings.pause();
	}

	/** One of those that drain has exited. */
	final void exited() {
		if (this.awaitsDrain && this.leaving.isEmpty()) {
			nextWhenDrained();
		}
	}

	private void after(Duration delay, Runnable task) {
		if (delay.isZero()) {
			task.run();
		}
		else {
			this.timer.set(task, delay);
		}
	}

	/** Goes no further. Successors that are on their way end. */
	final void abandon() {
		halt();
		for (Replacement replacement : this.batch) {
			end(replacement);
		}
		this.batch = List.of();
		this.waiting.clear();
		this.awaitsDrain = false;
	}

	/** Goes no further, for the group is about to stop all its workers. */
	final void halt() {
		this.timer.cancel();
		this.batch.forEach((replacement) -> replacement.slot().reserve(false));
	}

	private void end(Replacement replacement) {
		WorkerHandle surplus = replacement.giveUp();
		if (replacement.isKept()) {
			this.replaced++;
		}
		if (replacement.isTaken() && surplus == replacement.successor()) {
			drain(surplus);
		}
		else if (surplus != null) {
			this.leaving.end(surplus, DrainReason.STOP, this.group.settings().terminateTimeout());
		}
	}

	/**
	 * Takes a slot out of the batch: its successor has failed.
	 * @param replacement the replacement
	 */
	final void giveUp(Replacement replacement) {
		end(replacement);
		leaveBatch(replacement);
	}

	final void leaveBatch(Replacement replacement) {
		this.batch.remove(replacement);
		if (this.batch.isEmpty()) {
			nextWhenDrained();
		}
	}

	final Replacement replacementBy(WorkerHandle successor) {
		return this.batch.stream()
			.filter((replacement) -> replacement.successor() == successor)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(successor + " is a successor of no slot"));
	}

	final boolean isSuccessor(WorkerHandle worker) {
		return this.batch.stream().anyMatch((replacement) -> replacement.successor() == worker);
	}

	final int generation() {
		return this.generation;
	}

	final boolean isDone() {
		return this.done;
	}

	/**
	 * How many slots have been replaced for good.
	 * @return the number
	 */
	final int replaced() {
		return this.replaced;
	}

}
