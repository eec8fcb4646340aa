package io.pmboot.master;

import io.pmboot.DrainReason;
import io.pmboot.WorkerState;
import io.pmboot.settings.GroupProperties.Reload.Order;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of workers that are not to go on, one at a time, outside of rollouts: a
 * successor is forked first, and its predecessor drains when that is READY and accepts,
 * or where the group hands over, before it accepts. Where it does not get ready, the
 * predecessor ends all the same, and its slot is filled like any other. A rollout
 * replaces every worker itself: it ends a successor that is on its way here, and none is
 * forked before it is over.
 */
final class Recycling {

	private final Group group;

	Recycling(Group group) {
		this.group = group;
	}

	/** Has the next successor forked, where there is one to replace. */
	void begin() {
		if (this.group.rollout() == null && this.group.slots().stream().noneMatch(Slot::isBeingReplaced)) {
			this.group.slots()
				.stream()
				.filter((slot) -> isUnfit(slot.holder()))
				.findFirst()
				.ifPresent((slot) -> slot.replace(slot.generation(), false));
		}
	}

	private static boolean isUnfit(@Nullable WorkerHandle worker) {
		return worker != null && worker.isUnfit() && worker.isBefore(WorkerState.DRAINING);
	}

	/**
	 * Does what follows from what is known by now.
	 * @return whether anything has changed
	 */
	boolean advance() {
		Rollout rollout = this.group.rollout();
		boolean changed = false;
		for (Slot slot : this.group.slots()) {
			WorkerHandle successor = slot.successor();
			if (successor != null && (rollout == null || !rollout.replaces(slot))) {
				changed |= advance(slot, slot.holder(), successor);
			}
		}
		return changed;
	}

	private boolean advance(Slot slot, @Nullable WorkerHandle unfit, WorkerHandle successor) {
		GroupSettings settings = this.group.settings();
		if (!successor.isBefore(WorkerState.DRAINING)) {
			slot.endReplacement();
			if (unfit != null) {
				unfit.retire(DrainReason.RESTART, settings.terminateTimeout());
			}
		}
		else if (unfit == null) {
			// It has gone before: what starts is as good as any other.
			slot.endReplacement();
			slot.fill(successor);
		}
		else if (this.group.rollout() != null) {
			slot.endReplacement();
			successor.stop(DrainReason.STOP, settings.terminateTimeout());
		}
		else if (successor.isReady()) {
			boolean handsOver = settings.reload().order() == Order.HANDOVER;
			slot.take();
			slot.endReplacement();
			this.group.activate(successor);
			unfit.retire(handsOver ? DrainReason.HANDOVER : DrainReason.REPLACED, settings.reload().drainTimeout());
		}
		else {
			return false;
		}
		return true;
	}

}
