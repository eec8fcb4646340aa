package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.pmboot.DrainReason;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.control.Frame;
import io.pmboot.master.GroupListeners.Binding;
import io.pmboot.settings.GroupProperties.Reload;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link Rollout} is: copying, configuring, replacing, holding, draining, ended,
 * or on its way back. Each phase says what it waits for, how long, and to what it leads.
 */
abstract sealed class RolloutPhase permits RolloutPhase.Copying, RolloutPhase.Configuring, RolloutPhase.Replacing,
		Holding, RolloutPhase.Returning, RolloutPhase.Draining, RolloutPhase.Ended {

	final Rollout rollout;

	final Set<Class<? extends RolloutPhase>> leadsTo;

	RolloutPhase(Rollout rollout, Set<Class<? extends RolloutPhase>> leadsTo) {
		this.rollout = rollout;
		this.leadsTo = leadsTo;
	}

	/** Begins what it waits for. */
	void begin() {
	}

	/**
	 * Does what can be done by now.
	 * @return whether anything has changed
	 */
	abstract boolean advance();

	@Override
	public final String toString() {
		return getClass().getSimpleName();
	}

	/**
	 * Waits for the copy of the application, for {@code start-timeout}.
	 */
	static final class Copying extends RolloutPhase {

		private @Nullable Boolean copied;

		private @Nullable String problem;

		Copying(Rollout rollout) {
			super(rollout, Set.of(Configuring.class, Returning.class, Ended.class));
		}

		@Override
		void begin() {
			Duration limit = this.rollout.settings.startTimeout();
			this.rollout.timer.set(() -> over(null, "to copy the application took longer than " + Text.of(limit)),
					limit);
			this.rollout.seams.loop()
				.whenComplete(this.rollout.generations.copy(this.rollout.to), (copied, failure) -> over(copied,
						(failure != null) ? String.valueOf(failure.getMessage()) : null));
		}

		private void over(@Nullable Boolean copied, @Nullable String problem) {
			if (this.rollout.isIn(this)) {
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
			if (this.copied != null) {
				this.rollout.generations.copied(this.rollout.to, this.copied);
				this.rollout.log.step(ReloadStep.Kind.COPIED, this.rollout.generations.remark(this.rollout.to));
				this.rollout.enter(new Configuring(this.rollout, false));
				return true;
			}
			if (this.problem != null) {
				this.rollout.refused("Generation %d cannot be started: %s".formatted(this.rollout.to, this.problem));
				this.rollout.enter(new Ended(this.rollout, ReloadOutcome.FAILED));
				return true;
			}
			return false;
		}

	}

	/**
	 * Waits until it is known what the generation is to be, and listens where it is to: a
	 * reload asks the first of its workers that connect, and binds where it listens
	 * elsewhere, before these workers go on. They have {@code start-timeout} for their
	 * start.
	 */
	static final class Configuring extends RolloutPhase {

		/** Whether the generation has served before: that of a rollback. */
		final boolean known;

		/** Those that have told their configuration. */
		private final List<WorkerHandle> waiting = new ArrayList<>();

		private boolean over;

		Configuring(Rollout rollout, boolean known) {
			super(rollout, Set.of(Replacing.class, Returning.class, Ended.class));
			this.known = known;
		}

		@Override
		void begin() {
			if (this.known) {
				bind(this.rollout.generations.settings(this.rollout.to));
			}
			else {
				this.rollout.beginBatch(this.rollout.to, (slot) -> true);
			}
		}

		void connected(WorkerHandle worker) {
			// The files of another application are not the master's.
			boolean asks = worker.launch.program().application() == null;
			worker.send(this.rollout.generations.welcome(worker,
					asks ? this.rollout.seams.configurations().masterProfiles() : List.of()));
			if (!asks) {
				this.rollout.configured(worker);
				over();
			}
		}

		void configuration(WorkerHandle worker, Frame.Configuration configuration) {
			this.waiting.add(worker);
			if (this.waiting.size() == 1) {
				this.rollout.seams.loop()
					.whenComplete(this.rollout.seams.configurations().settings(worker.launch.group(), configuration),
							this::validated);
			}
		}

		/**
		 * A worker of the generation is ready. Where nobody has said what the generation
		 * is to be, it is what the one before was.
		 */
		void ready() {
			this.over |= this.waiting.isEmpty();
		}

		private void validated(@Nullable GroupSettings settings, @Nullable Throwable failure) {
			if (!this.rollout.isIn(this)) {
				return;
			}
			String problem = (settings != null) ? this.rollout.generations.problem(settings) : reason(failure);
			if (settings == null || problem != null) {
				refuse(String.valueOf(problem));
			}
			else {
				bind(settings);
			}
		}

		private void bind(GroupSettings settings) {
			this.rollout.seams.loop()
				.whenComplete(
						this.rollout.seams.listeners()
							.bind(settings, this.rollout.generations.current(), this.rollout.to),
						(binding, failure) -> bound(settings, binding, failure), Binding::drop);
		}

		private void bound(GroupSettings settings, @Nullable Binding binding, @Nullable Throwable failure) {
			if (!this.rollout.isIn(this)) {
				if (binding != null) {
					binding.drop();
				}
				return;
			}
			if (binding == null) {
				refuse(reason(failure));
				return;
			}
			binding.keep();
			if (!settings.equals(this.rollout.generations.settings(this.rollout.to))) {
				this.rollout.log.step(ReloadStep.Kind.CONFIGURED, "children %d, listen %s"
					.formatted(settings.children(), settings.listen().isEmpty() ? "none" : settings.listen()));
			}
			this.rollout.generations.configured(this.rollout.to, settings);
			this.waiting.forEach(this.rollout::answer);
			over();
		}

		private static String reason(@Nullable Throwable failure) {
			return (failure == null || failure.getMessage() == null) ? String.valueOf(failure) : failure.getMessage();
		}

		private void refuse(String why) {
			this.rollout.refused(why);
			this.rollout.changed.run();
		}

		private void over() {
			this.over = true;
			this.rollout.changed.run();
		}

		@Override
		boolean advance() {
			boolean nobodyToAsk = !this.known && this.rollout.batch.isEmpty();
			if (!this.over && !nobodyToAsk) {
				return false;
			}
			this.rollout.enter(new Replacing(this.rollout));
			return true;
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
			super(rollout, Set.of(Holding.class, Draining.class, Returning.class, Ended.class));
		}

		@Override
		boolean advance() {
			Reload reload = this.rollout.reload;
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
					this.rollout.handOver();
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
					if (this.rollout.judge.isSuspicious()) {
						waitFor(Judge.INTERVAL, Step.OBSERVING, Step.OBSERVED);
						return true;
					}
					String worse = this.rollout.judge.observed();
					if (worse != null) {
						this.rollout.refused(worse);
						return false;
					}
					if (!reload.observe().isZero()) {
						batch.forEach((slot) -> this.rollout.step(ReloadStep.Kind.OBSERVED, slot));
					}
					batch.forEach((slot) -> this.rollout.drains.drain(slot.predecessor(), DrainReason.RELOAD));
					batch.forEach(Slot::endReplacement);
					this.rollout.replaced += batch.size();
					batch.clear();
					this.step = Step.DRAINING;
				}
				case DRAINING -> {
					if (this.rollout.hasToDrainFirst()) {
						return false;
					}
					if (this.rollout.isToHold()) {
						this.rollout.enter(new Holding(this.rollout));
						return true;
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
			super(rollout, Set.of(Draining.class, Ended.class));
		}

		void failed(WorkerHandle worker, String why) {
			if (this.rollout.isSuccessor(worker)) {
				this.failures.putIfAbsent(worker, why);
			}
		}

		/**
		 * What became of it.
		 * @param cause why it goes back
		 * @return that, and what went back and what did not
		 */
		String explain(String cause) {
			StringBuilder explanation = new StringBuilder(cause);
			if (this.rollout.replaced > 0) {
				explanation.append("\n%d of %d slots had been replaced and went back to generation %d"
					.formatted(this.rollout.replaced, this.rollout.slots.size(), this.rollout.from));
				explanation.append(this.left.isEmpty() ? "" : ", except:");
			}
			this.left.forEach((left) -> explanation.append('\n').append(left));
			return explanation.toString();
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
				this.rollout.drains.drain(slot.predecessor(), DrainReason.RELOAD);
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

	}

	/**
	 * Every slot is as it is to be. Waits for those that drain, each of which has its own
	 * time limit.
	 */
	static final class Draining extends RolloutPhase {

		Draining(Rollout rollout) {
			super(rollout, rollout.isGoingBack() ? Set.of(Ended.class) : Set.of(Returning.class, Ended.class));
		}

		@Override
		boolean advance() {
			if (!this.rollout.drains.areOver()) {
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

	}

	/**
	 * Waits for nothing.
	 */
	static final class Ended extends RolloutPhase {

		private final ReloadOutcome outcome;

		Ended(Rollout rollout, ReloadOutcome outcome) {
			super(rollout, Set.of());
			this.outcome = outcome;
		}

		@Override
		void begin() {
			this.rollout.log.end(this.outcome, this.rollout.explanation());
		}

		@Override
		boolean advance() {
			return false;
		}

	}

}
