package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.DrainReason;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.settings.GroupProperties.Reload;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link Rollout} is: copying, configuring, replacing, draining, ended, or on its
 * way back. Each phase says what it waits for, how long, and to what it leads.
 */
abstract sealed class RolloutPhase {

	final Rollout rollout;

	private RolloutPhase(Rollout rollout) {
		this.rollout = rollout;
	}

	/** Begins what it waits for. */
	void begin() {
	}

	/**
	 * Does what can be done by now.
	 * @return whether anything has changed
	 */
	abstract boolean advance();

	abstract boolean leadsTo(RolloutPhase next);

	@Override
	public final String toString() {
		return getClass().getSimpleName();
	}

	/**
	 * Waits for the copy of the application, for {@code start-timeout}.
	 */
	static final class Copying extends RolloutPhase {

		private boolean over;

		private boolean copied;

		private @Nullable String problem;

		Copying(Rollout rollout) {
			super(rollout);
		}

		@Override
		void begin() {
			Duration limit = this.rollout.settings.startTimeout();
			this.rollout.timer.set(() -> over(false, "to copy the application took longer than " + Text.of(limit)),
					limit);
			this.rollout.loop.whenComplete(this.rollout.generations.copy(this.rollout.to),
					(copied, failure) -> over(Boolean.TRUE.equals(copied),
							(failure != null) ? String.valueOf(failure.getMessage()) : null));
		}

		private void over(boolean copied, @Nullable String problem) {
			if (this.rollout.isIn(this)) {
				this.over = true;
				this.copied = copied;
				this.problem = problem;
			}
			else {
				this.rollout.generations.superfluous();
			}
			this.rollout.changed.run();
		}

		@Override
		boolean advance() {
			if (!this.over) {
				return false;
			}
			if (this.problem != null) {
				String what = "Generation %d cannot be started: %s".formatted(this.rollout.to, this.problem);
				this.rollout.log.step(ReloadStep.Kind.FAILED, what);
				this.rollout.cause = what;
				this.rollout.enter(new Ended(this.rollout, ReloadOutcome.FAILED));
				return true;
			}
			this.rollout.generations.copied(this.rollout.to, this.copied);
			this.rollout.log.step(ReloadStep.Kind.COPIED, this.rollout.generations.remark(this.rollout.to));
			this.rollout.enter(new Configuring(this.rollout, false));
			return true;
		}

		@Override
		boolean leadsTo(RolloutPhase next) {
			return next instanceof Configuring || next instanceof Returning || next instanceof Ended;
		}

	}

	/**
	 * Waits until it is known what the generation is to be, and listens where it is to: a
	 * reload asks the first of its workers, which have {@code start-timeout} for their
	 * start.
	 */
	static final class Configuring extends RolloutPhase {

		/** Whether the generation has served before: that of a rollback. */
		private final boolean known;

		Configuring(Rollout rollout, boolean known) {
			super(rollout);
			this.known = known;
		}

		@Override
		void begin() {
			if (this.known) {
				this.rollout.configuration.bind();
			}
			else {
				this.rollout.beginBatch(this.rollout.to, (slot) -> true);
			}
		}

		@Override
		boolean advance() {
			boolean nobodyToAsk = !this.known && this.rollout.batch.isEmpty();
			if (!this.rollout.configuration.isOver() && !nobodyToAsk) {
				return false;
			}
			this.rollout.enter(new Replacing(this.rollout));
			return true;
		}

		@Override
		boolean leadsTo(RolloutPhase next) {
			return next instanceof Replacing || next instanceof Returning || next instanceof Ended;
		}

	}

	/**
	 * Replaces slots, a batch at a time: all successors of a batch are forked, get ready,
	 * accept beside their predecessors and are observed, and only then the predecessors
	 * drain; or they drain first, where the group hands over. Each successor has
	 * {@code start-timeout} for its start.
	 */
	static final class Replacing extends RolloutPhase {

		private Step step = Step.STARTING;

		Replacing(Rollout rollout) {
			super(rollout);
		}

		@Override
		boolean advance() {
			Reload reload = this.rollout.settings.reload();
			List<Slot> batch = this.rollout.batch;
			switch (this.step) {
				case STARTING -> {
					if (batch.isEmpty() && !this.rollout.beginBatch(this.rollout.to, (slot) -> true)) {
						this.rollout.enter(new Draining(this.rollout));
						return true;
					}
					if (!batch.stream().allMatch(Slot::isSuccessorReady)) {
						return false;
					}
					batch.forEach(this.rollout::handOver);
					this.step = Step.ACTIVATING;
				}
				case ACTIVATING -> {
					if (!batch.stream().allMatch(Rollout::isActive)) {
						return false;
					}
					waitFor(reload.observe(), Step.OBSERVING, Step.OBSERVED);
				}
				case OBSERVED -> {
					// What has lost its control stream fails as soon as it is sure that
					// it has.
					if (!batch.stream().allMatch(Slot::isSuccessorReady)) {
						return false;
					}
					if (!reload.observe().isZero()) {
						batch.forEach((slot) -> this.rollout.step(ReloadStep.Kind.OBSERVED, slot));
					}
					batch.forEach((slot) -> this.rollout.drain(slot.predecessor(), DrainReason.RELOAD));
					batch.forEach(Slot::endReplacement);
					this.rollout.replaced += batch.size();
					batch.clear();
					this.step = Step.DRAINING;
				}
				case DRAINING -> {
					if (this.rollout.hasToDrainFirst()) {
						return false;
					}
					waitFor(this.rollout.waiting.isEmpty() ? Duration.ZERO : reload.pause(), Step.PAUSING,
							Step.STARTING);
				}
				case OBSERVING, PAUSING -> {
					return false;
				}
			}
			return true;
		}

		private void waitFor(Duration time, Step meanwhile, Step then) {
			if (time.isZero()) {
				this.step = then;
				return;
			}
			this.step = meanwhile;
			this.rollout.timer.set(() -> {
				this.step = then;
				this.rollout.changed.run();
			}, time);
		}

		@Override
		boolean leadsTo(RolloutPhase next) {
			return next instanceof Draining || next instanceof Returning || next instanceof Ended;
		}

		private enum Step {

			STARTING, ACTIVATING, OBSERVING, OBSERVED, DRAINING, PAUSING

		}

	}

	/**
	 * Slots go back to the generation that they had: without a pause, each for itself.
	 * One that cannot go back keeps whoever serves there, and holds up no other. Each
	 * successor has {@code start-timeout} for its start.
	 */
	static final class Returning extends RolloutPhase {

		private final Map<WorkerHandle, String> failures = new LinkedHashMap<>();

		/** The slots that did not go back, and why. */
		private final List<String> left = new ArrayList<>();

		Returning(Rollout rollout) {
			super(rollout);
		}

		List<String> left() {
			return this.left;
		}

		void failed(WorkerHandle worker, String why) {
			if (this.rollout.isSuccessor(worker)) {
				this.failures.putIfAbsent(worker, why);
			}
		}

		@Override
		void begin() {
			this.rollout.waiting.clear();
			this.rollout.waiting.addAll(this.rollout.slots);
			next();
		}

		private void next() {
			int from = this.rollout.from;
			// Where nobody is left, one of the last good generation is forked anyway.
			this.rollout.beginBatch(from, (slot) -> {
				WorkerHandle holder = slot.holder();
				return holder != null && holder.generation() != from;
			});
		}

		@Override
		boolean advance() {
			boolean changed = false;
			for (Slot slot : List.copyOf(this.rollout.batch)) {
				changed |= advance(slot);
			}
			if (!this.rollout.batch.isEmpty() || this.rollout.hasToDrainFirst()) {
				return changed;
			}
			next();
			if (this.rollout.batch.isEmpty()) {
				this.rollout.enter(new Draining(this.rollout));
			}
			return true;
		}

		private boolean advance(Slot slot) {
			String failure = this.failures.remove(slot.successor());
			if (failure != null) {
				stays(slot, failure);
			}
			else if (Rollout.isActive(slot)) {
				this.rollout.step(ReloadStep.Kind.ROLLED_BACK, slot);
				this.rollout.drain(slot.predecessor(), DrainReason.RELOAD);
				slot.endReplacement();
			}
			else if (!slot.isTaken() && slot.isSuccessorReady()) {
				this.rollout.handOver(slot);
				return true;
			}
			else {
				return false;
			}
			this.rollout.batch.remove(slot);
			return true;
		}

		private void stays(Slot slot, String why) {
			WorkerHandle successor = slot.successor();
			WorkerHandle holder = slot.holder();
			if (successor != null) {
				this.rollout.log.step(ReloadStep.Kind.FAILED, successor, why);
			}
			this.left.add("Slot %d %s: %s".formatted(slot.index(), (holder != null)
					? "stays on generation " + holder.generation() : "waits for one of generation " + this.rollout.from,
					why));
			this.rollout.giveUp(slot);
		}

		@Override
		boolean leadsTo(RolloutPhase next) {
			return next instanceof Draining || next instanceof Ended;
		}

	}

	/**
	 * Every slot is as it is to be. Waits for those that drain, each of which has its own
	 * time limit.
	 */
	static final class Draining extends RolloutPhase {

		Draining(Rollout rollout) {
			super(rollout);
		}

		@Override
		boolean advance() {
			if (!this.rollout.ending.isEmpty()) {
				return false;
			}
			this.rollout.enter(new Ended(this.rollout, outcome()));
			return true;
		}

		private ReloadOutcome outcome() {
			if (!this.rollout.isGoingBack()) {
				return ReloadOutcome.COMPLETED;
			}
			if (this.rollout.cancelled) {
				return ReloadOutcome.CANCELLED;
			}
			return (this.rollout.replaced > 0) ? ReloadOutcome.ROLLED_BACK : ReloadOutcome.FAILED;
		}

		@Override
		boolean leadsTo(RolloutPhase next) {
			return next instanceof Ended || (next instanceof Returning && !this.rollout.isGoingBack());
		}

	}

	/**
	 * Waits for nothing.
	 */
	static final class Ended extends RolloutPhase {

		private final ReloadOutcome outcome;

		Ended(Rollout rollout, ReloadOutcome outcome) {
			super(rollout);
			this.outcome = outcome;
		}

		@Override
		void begin() {
			this.rollout.configuration.abandon();
			this.rollout.log.end(this.outcome, this.rollout.explanation());
		}

		@Override
		boolean advance() {
			return false;
		}

		@Override
		boolean leadsTo(RolloutPhase next) {
			return false;
		}

	}

}
