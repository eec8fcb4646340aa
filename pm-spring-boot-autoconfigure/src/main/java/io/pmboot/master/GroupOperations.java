package io.pmboot.master;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.Master;
import io.pmboot.OperationRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * What can be done to one group at run time, beside a reload.
 */
final class GroupOperations {

	private final Group group;

	private final Slots slots;

	private final Standing standing;

	private final Outside outside;

	private boolean scaled;

	GroupOperations(Group group, Slots slots, Standing standing, Outside outside) {
		this.group = group;
		this.slots = slots;
		this.standing = standing;
		this.outside = outside;
	}

	/**
	 * Sets how many workers the group should have.
	 * @param children how many
	 */
	void scale(int children) {
		if (children < 0 || children > Master.MAX_CHILDREN) {
			throw new IllegalArgumentException("Group '%s' cannot have %d workers: 'children' is a number from 0 to %d"
				.formatted(this.group.settings().name(), children, Master.MAX_CHILDREN));
		}
		check("scaled");
		this.scaled = true;
		resize(children);
	}

	private void resize(int children) {
		this.slots.resize(children, this.group.generation())
			.forEach((worker) -> worker.stop(DrainReason.SCALED_DOWN, this.group.settings().reload().drainTimeout()));
		this.group.fill();
	}

	/** Another generation serves: it has its number of workers, unless that was set. */
	void configured() {
		if (!this.scaled) {
			resize(this.group.settings().children());
		}
	}

	/**
	 * Sets how many workers the group should have, from how many it should have now.
	 * @param more how many more, or fewer where negative; the last one stays
	 */
	void adjust(int more) {
		int children = this.slots.count() + more;
		if ((more < 0 && children < 1) || children > Master.MAX_CHILDREN) {
			throw refusal("scaled from %d to %d workers: it keeps 1, and has %d at most".formatted(this.slots.count(),
					children, Master.MAX_CHILDREN));
		}
		scale(children);
	}

	/**
	 * Does the same as far as it can be done.
	 * @param more how many more, or fewer where negative
	 */
	void adjustWithinLimits(int more) {
		int children = this.slots.count();
		scale(Math.min(Master.MAX_CHILDREN, Math.max(Math.min(1, children), children + more)));
	}

	/**
	 * Has workers drain, each to be replaced when it has exited.
	 * @param index the slot, or {@code null} for all
	 */
	void restart(@Nullable Integer index) {
		if (index != null && (index < 0 || index >= this.slots.count())) {
			throw new IllegalArgumentException("Group '%s' has no worker %d: it has %d, of which the first is 0"
				.formatted(this.group.settings().name(), index, this.slots.count()));
		}
		check("restarted");
		if (this.standing.isStopped()) {
			throw refusal("restarted: it is STOPPED (%s); start it instead".formatted(this.standing.reason()));
		}
		for (Slot slot : (index != null) ? List.of(this.slots.get(index)) : this.slots.all()) {
			WorkerHandle worker = slot.current();
			if (worker != null) {
				worker.stop(DrainReason.RESTART, this.group.settings().terminateTimeout());
			}
		}
		this.group.endPause();
	}

	/** Stops the group until it is started again. */
	void stop() {
		this.group.reloads().abort("the group was stopped");
		check("stopped");
		boolean stopped = this.standing.isStopped();
		this.standing.stop(this.outside.loop().instant());
		if (!stopped) {
			this.group.stopWorkers();
		}
	}

	/**
	 * Starts the group where it is stopped, and ends its pause where it has given up.
	 * @return completes when it forks, or exceptionally where it cannot
	 */
	CompletableFuture<Void> start() {
		check("started");
		if (this.standing.isStarting()) {
			throw refusal("started: that is under way already");
		}
		if (!this.standing.isStopped()) {
			this.group.endPause();
			return CompletableFuture.completedFuture(null);
		}
		GroupStart start = new GroupStart(this.group, this.standing, this.outside);
		this.standing.start(start);
		return start.finished();
	}

	private void check(String operation) {
		if (this.standing.isEnding()) {
			throw refusal(operation + ": the master is stopping");
		}
		if (this.group.reloads().isInTheWay()) {
			String reload = this.group.reloads().id();
			throw new OperationRefusedException("Group '%s' cannot be %s: it is being reloaded (%s)"
				.formatted(this.group.settings().name(), operation, reload), reload);
		}
		this.group.reloads().settle();
	}

	private OperationRefusedException refusal(String what) {
		return new OperationRefusedException("Group '%s' cannot be %s".formatted(this.group.settings().name(), what),
				null);
	}

}
