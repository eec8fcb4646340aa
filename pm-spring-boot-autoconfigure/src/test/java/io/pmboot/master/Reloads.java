package io.pmboot.master;

import java.util.HashMap;
import java.util.Map;

import io.pmboot.GroupInfo;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for the reloads of a group of a simulation, one after the other.
 */
final class Reloads {

	private final FakeWorld world;

	private int last = 1;

	private int current = 1;

	private @Nullable Integer previous;

	private String causes = "";

	private int leadsTo;

	private boolean failed;

	/** Those that were followed by others, and what became of them. */
	private final Map<String, Boolean> drain = new HashMap<>();

	/** Those of them that went back: the generation, of which workers may be left. */
	private final Map<String, Integer> wentBack = new HashMap<>();

	private String id = "";

	private long from;

	private long to;

	Reloads(FakeWorld world) {
		this.world = world;
	}

	void started(ReloadInfo reload) {
		this.from = this.world.loop().nanoTime();
		this.to = Long.MAX_VALUE;
		this.id = reload.id();
		this.leadsTo = reload.toGeneration();
		this.failed = false;
		this.world.check(reload.fromGeneration() == this.current, "begins with the last good generation", reload);
		if (reload.toGeneration() < this.current) {
			this.world.check(Integer.valueOf(reload.toGeneration()).equals(this.previous),
					"goes back to the generation before", reload);
		}
		else {
			this.world.check(reload.toGeneration() == ++this.last, "a generation is never used again", reload);
		}
	}

	/**
	 * Nothing is left of the last reload but workers that drain.
	 * @param generation which one serves
	 */
	void settled(int generation) {
		this.to = this.world.loop().nanoTime();
		boolean completed = generation == this.leadsTo;
		this.world.check(!completed || !this.failed, "goes back where a worker of the new generation fails", this.id);
		this.drain.put(this.id, completed);
		if (!completed) {
			this.wentBack.put(this.id, this.leadsTo);
		}
		serves(completed);
	}

	private void serves(boolean completed) {
		if (completed) {
			this.previous = (this.leadsTo > this.current) ? this.current : null;
			this.current = this.leadsTo;
		}
	}

	int draining() {
		return this.drain.size();
	}

	/**
	 * One that was followed by others is over.
	 * @param reload the reload
	 */
	void drained(ReloadInfo reload) {
		boolean completed = reload.outcome() == ReloadOutcome.COMPLETED;
		this.world.check(completed == this.drain.remove(reload.id()), "has the outcome that it had before", reload);
		checkSteps(reload);
		Integer left = this.wentBack.remove(reload.id());
		if (left != null) {
			this.causes += reload.cause();
			// Or another leads there by now.
			boolean said = left == this.current || (left == this.leadsTo && this.to == Long.MAX_VALUE)
					|| this.causes.contains("stays on generation " + left);
			this.world.check(
					said || this.world.info(reload.group())
						.workers()
						.stream()
						.noneMatch((worker) -> worker.generation() == left && worker.state() == WorkerState.READY),
					"leaves workers of another generation only where it says so", reload);
		}
	}

	private void checkSteps(ReloadInfo reload) {
		long drained = reload.steps().stream().filter((step) -> step.kind() == ReloadStep.Kind.DRAINED).count();
		long draining = reload.steps().stream().filter((step) -> step.kind() == ReloadStep.Kind.DRAINING).count();
		this.world.check(drained == draining || reload.outcome() == ReloadOutcome.CANCELLED,
				"is over when all that were to drain have exited", reload);
		this.world.check(reload.requestsCut() <= 2 * drained, "cuts requests of drained workers only", reload);
	}

	void finished(ReloadInfo reload) {
		this.to = this.world.loop().nanoTime();
		boolean completed = reload.outcome() == ReloadOutcome.COMPLETED;
		this.world.check(!completed || !this.failed, "goes back where a worker of the new generation fails", reload);
		serves(completed);
		GroupInfo group = this.world.info(reload.group());
		this.world.check(group.generation() == this.current, "serves the last good generation", group);
		this.world.check(completed == (reload.cause() == null), "has a cause where it did not complete", reload);
		checkSteps(reload);
		this.causes += reload.cause();
		for (WorkerInfo worker : group.workers()) {
			boolean said = !completed && (this.causes.contains("stays on generation " + worker.generation())
					|| this.wentBack.containsValue(worker.generation()));
			this.world.check(worker.state() == WorkerState.DRAINING || worker.generation() == this.current || said,
					"leaves workers of another generation only where it says so", worker);
		}
		this.world.check(
				reload.outcome() != ReloadOutcome.ROLLED_BACK || reload.steps()
					.stream()
					.anyMatch((step) -> step.kind() == ReloadStep.Kind.ACTIVATED
							&& step.generation() == reload.toGeneration()
							|| step.kind() == ReloadStep.Kind.DRAINING && step.generation() == reload.fromGeneration()),
				"rolls back only what was replaced", reload);
	}

	/**
	 * A worker exited fatally while the last reload was under way.
	 * @param worker the worker
	 */
	void failed(WorkerInfo worker) {
		this.failed |= worker.generation() == this.leadsTo;
	}

	/**
	 * Whether the last reload was under way.
	 * @param time when
	 * @return whether it was
	 */
	boolean covers(long time) {
		return this.from <= time && time <= this.to;
	}

}
