package io.pmboot.master;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

import io.pmboot.DrainReason;
import io.pmboot.WorkerState;
import io.pmboot.master.ReloadSettings.Order;
import org.jspecify.annotations.Nullable;

/**
 * Replaces workers that are not to go on, one at a time, outside of reloads: a successor
 * is forked first, and its predecessor drains when that is READY and accepts, or where
 * the group hands over, before it accepts. Where it does not get ready, the predecessor
 * ends all the same, and its slot is filled like any other. A reload replaces every
 * worker itself: it ends a successor that is on its way here, and none is forked before
 * it is over.
 */
final class Replacements {

	private final Group group;

	/** Those that are to be replaced, until they drain. */
	private final Set<WorkerHandle> wanted = new LinkedHashSet<>();

	private @Nullable Replacement current;

	Replacements(Group group) {
		this.group = group;
	}

	/**
	 * A worker is to be replaced.
	 * @param worker the worker
	 */
	void request(WorkerHandle worker) {
		this.wanted.add(worker);
	}

	/**
	 * Whether a worker is to be replaced.
	 * @param worker the worker
	 * @return whether it is, and does not drain yet
	 */
	boolean isWanted(WorkerHandle worker) {
		return this.wanted.contains(worker);
	}

	/** Does what has become due by what happened to workers and slots. */
	void settle() {
		this.wanted.removeIf((worker) -> !worker.isBefore(WorkerState.DRAINING));
		Replacement replacement = this.current;
		WorkerHandle successor = (replacement != null) ? replacement.successor() : null;
		if (replacement == null || successor == null) {
			return;
		}
		Slot slot = replacement.slot();
		if (!successor.isBefore(WorkerState.DRAINING)) {
			this.current = null;
			end(slot.current(), DrainReason.RESTART, this.group.settings().terminateTimeout());
		}
		else if (!this.group.slots().contains(slot) || (this.group.reloads().id() != null && !slot.isVacant())) {
			this.current = null;
			successor.stop(DrainReason.STOP, this.group.settings().terminateTimeout());
		}
		else if (slot.isVacant()) {
			// Its predecessor has gone before: what starts is as good as any other.
			this.current = null;
			slot.take(successor);
		}
	}

	/** Forks the next successor, if there may be one more worker. */
	void begin() {
		if (this.current != null || this.group.reloads().id() != null || this.group.awaitsStart()) {
			return;
		}
		Slot slot = this.group.slots()
			.stream()
			.filter((each) -> this.wanted.contains(each.current()))
			.findFirst()
			.orElse(null);
		if (slot != null) {
			this.current = new Replacement(slot);
			this.current.fork(this.group.fork(slot.index(), slot.generation()));
		}
	}

	/**
	 * A worker is READY.
	 * @param worker the worker
	 * @return whether it is a successor, which accepts from now on
	 */
	boolean ready(WorkerHandle worker) {
		Replacement replacement = this.current;
		if (replacement == null || replacement.successor() != worker) {
			return false;
		}
		this.current = null;
		WorkerHandle successor = replacement.take();
		ReloadSettings settings = this.group.settings().reload();
		if (settings.order() == Order.HANDOVER) {
			end(replacement.predecessor(), DrainReason.HANDOVER, settings.drainTimeout());
		}
		this.group.activate(successor,
				() -> end(replacement.predecessor(), DrainReason.REPLACED, settings.drainTimeout()));
		return true;
	}

	private void end(@Nullable WorkerHandle predecessor, DrainReason reason, Duration timeout) {
		if (predecessor != null && this.wanted.remove(predecessor)) {
			predecessor.retire(reason, timeout);
		}
	}

	/** Replaces none any more: all workers are stopped. */
	void cancel() {
		this.wanted.clear();
		this.current = null;
	}

}
