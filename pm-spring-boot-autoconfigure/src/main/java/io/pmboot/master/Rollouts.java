package io.pmboot.master;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

import io.pmboot.ReloadStep;
import io.pmboot.event.WorkerExitedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The rollouts of a group: those that are settled, until their last worker exits, and the
 * one under way. Each hears of all workers.
 */
final class Rollouts {

	private final List<Rollout> all = new ArrayList<>();

	void begin(Rollout rollout) {
		this.all.add(rollout);
		rollout.begin();
	}

	/** The one under way. */
	@Nullable Rollout current() {
		return this.all.stream().filter((rollout) -> !rollout.isSettled()).findFirst().orElse(null);
	}

	List<Rollout> all() {
		return Collections.unmodifiableList(this.all);
	}

	/**
	 * Has each go on as far as it can.
	 * @param ended is told of those that have ended, which are not kept
	 * @return whether anything has changed
	 */
	boolean advance(Consumer<Rollout> ended) {
		boolean changed = false;
		for (Rollout each : List.copyOf(this.all)) {
			changed |= each.advance();
			if (each.hasEnded()) {
				this.all.remove(each);
				ended.accept(each);
				changed = true;
			}
		}
		return changed;
	}

	/** The one that a worker is told what to be by, if there is one. */
	@Nullable Rollout leadingTo(WorkerHandle worker) {
		Rollout current = current();
		return (current != null && worker.generation() == current.to) ? current : null;
	}

	boolean answerFor(WorkerHandle worker) {
		return this.all.stream().anyMatch((rollout) -> rollout.answersFor(worker));
	}

	void reached(ReloadStep.Kind kind, WorkerHandle worker) {
		this.all.forEach((rollout) -> rollout.reached(kind, worker));
	}

	void leaving(WorkerHandle worker) {
		this.all.forEach((rollout) -> rollout.leaving(worker));
	}

	void lost(WorkerHandle worker) {
		this.all.forEach((rollout) -> rollout.lost(worker));
	}

	void exited(WorkerHandle worker, WorkerExitedEvent exit) {
		List<Rollout> waiting = this.all.stream().filter((rollout) -> rollout.drained(worker)).toList();
		if (waiting.isEmpty()) {
			this.all.forEach((rollout) -> rollout.exited(worker, exit));
		}
	}

}
