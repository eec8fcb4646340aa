package io.pmboot.master;

import io.pmboot.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of the worker of one slot by a successor.
 */
final class Replacement {

	private final Slot slot;

	private @Nullable WorkerHandle predecessor;

	private @Nullable WorkerHandle successor;

	private @Nullable WorkerHandle forkedBefore;

	private boolean taken;

	Replacement(Slot slot) {
		this.slot = slot;
	}

	Slot slot() {
		return this.slot;
	}

	/**
	 * Nobody is to be forked for the slot but the successor.
	 * @return the predecessor, which is to exit first, or {@code null}
	 */
	@Nullable WorkerHandle reserve() {
		this.slot.reserve(true);
		this.predecessor = this.slot.current();
		return this.predecessor;
	}

	void fork(WorkerHandle successor) {
		this.successor = successor;
	}

	/** The successor is not to be: there will be another. */
	void forkAgain() {
		this.forkedBefore = this.successor;
		this.successor = null;
	}

	@Nullable WorkerHandle forkedBefore() {
		return this.forkedBefore;
	}

	/**
	 * Gives the slot to the successor, which is to accept.
	 * @return the successor
	 */
	WorkerHandle take() {
		WorkerHandle successor = this.successor;
		if (successor == null) {
			throw new IllegalStateException("Slot %d has no successor to activate".formatted(this.slot.index()));
		}
		this.slot.reserve(false);
		// Not the one from the beginning: that may have died, and been replaced.
		WorkerHandle holder = this.slot.take(successor);
		this.predecessor = (holder != null) ? holder : this.predecessor;
		this.taken = true;
		return successor;
	}

	/**
	 * Leaves the slot to the predecessor. Where that does not serve any more, a successor
	 * that does keeps it: somebody has to.
	 * @return who is to end: the successor or the predecessor, or {@code null} where
	 * there is none
	 */
	@Nullable WorkerHandle giveUp() {
		this.slot.reserve(false);
		WorkerHandle predecessor = this.predecessor;
		if (!this.taken || this.successor == null) {
			return this.successor;
		}
		if (isReady() && (predecessor == null || !predecessor.serves())) {
			return predecessor;
		}
		this.slot.leave(this.successor);
		if (predecessor != null && predecessor.isBefore(WorkerState.DRAINING)) {
			this.slot.take(predecessor);
		}
		return this.successor;
	}

	/**
	 * Whether the successor can serve, or does.
	 * @return whether it is READY; not where its control stream has just ended
	 */
	boolean isReady() {
		return this.successor != null && this.successor.serves();
	}

	boolean isTaken() {
		return this.taken;
	}

	boolean isActive() {
		return this.successor != null && this.successor.isActive();
	}

	/**
	 * Whether the slot is the successor's, as far as is known.
	 * @return whether it holds the slot
	 */
	boolean isKept() {
		return this.taken && this.slot.current() == this.successor;
	}

	@Nullable WorkerHandle predecessor() {
		return this.predecessor;
	}

	@Nullable WorkerHandle successor() {
		return this.successor;
	}

}
