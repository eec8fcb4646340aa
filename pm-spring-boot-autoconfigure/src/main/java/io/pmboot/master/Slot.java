package io.pmboot.master;

import io.pmboot.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * One stable place of a group: its index, the worker that holds it and, while that is
 * being replaced, its successor. Once the successor holds the slot, the other one is its
 * predecessor.
 */
final class Slot {

	private final int index;

	private int generation;

	private @Nullable WorkerHandle holder;

	/**
	 * The generation of the successor that is wanted, while the slot is being replaced.
	 */
	private @Nullable Integer wanted;

	private @Nullable WorkerHandle successor;

	private @Nullable WorkerHandle predecessor;

	/** A successor that was not to be; the next is forked when it has exited. */
	private @Nullable WorkerHandle discarded;

	/** Whether the slot is kept for the successor, whoever leaves it. */
	private boolean reserved;

	private boolean taken;

	private int failures;

	private @Nullable String lastFailure;

	Slot(int index, int generation) {
		this.index = index;
		this.generation = generation;
	}

	int index() {
		return this.index;
	}

	/**
	 * The generation from which the slot is filled where nobody holds it.
	 * @return the generation
	 */
	int generation() {
		return this.generation;
	}

	/**
	 * From now on fills the slot from this generation.
	 * @param generation the generation
	 */
	void fillFrom(int generation) {
		this.generation = generation;
	}

	/**
	 * Whoever was activated last, or is to be.
	 * @return the worker that holds the slot, or {@code null}
	 */
	@Nullable WorkerHandle holder() {
		return this.holder;
	}

	/**
	 * Whether somebody is to be forked for the slot itself, not as a successor.
	 * @return whether nobody holds it, and it is kept for nobody
	 */
	boolean isVacant() {
		return this.holder == null && !this.reserved;
	}

	/**
	 * Gives the slot to a worker.
	 * @param worker the worker
	 */
	void fill(WorkerHandle worker) {
		this.holder = worker;
		this.generation = worker.generation();
		if (worker.wasReady()) {
			succeeded();
		}
	}

	/**
	 * Frees the slot if this worker holds it.
	 * @param worker the worker
	 */
	void leave(WorkerHandle worker) {
		if (this.holder == worker) {
			this.holder = null;
		}
	}

	/** Frees the slot, and replaces nobody in it any more. */
	void clear() {
		this.holder = null;
		endReplacement();
	}

	/**
	 * Begins to replace the holder: a successor is to be forked.
	 * @param generation the generation of the successor
	 * @param stopFirst whether the holder exits before
	 */
	void replace(int generation, boolean stopFirst) {
		this.wanted = generation;
		if (stopFirst) {
			this.reserved = true;
			this.predecessor = this.holder;
		}
	}

	boolean isBeingReplaced() {
		return this.wanted != null;
	}

	/**
	 * Whether a successor is to be forked now.
	 * @return its generation, or {@code null} where none is to be
	 */
	@Nullable Integer successorDue() {
		return (this.successor == null && isGone(this.predecessor) && isGone(this.discarded)) ? this.wanted : null;
	}

	private static boolean isGone(@Nullable WorkerHandle worker) {
		return worker == null || !worker.isBefore(WorkerState.EXITED);
	}

	void forked(WorkerHandle successor) {
		this.successor = successor;
	}

	/**
	 * The successor is not to be: it is to end, and then there will be another.
	 */
	void discardSuccessor() {
		this.discarded = this.successor;
		this.successor = null;
	}

	@Nullable WorkerHandle successor() {
		return this.successor;
	}

	/**
	 * Whether the successor can serve, or does.
	 * @return whether it is READY; not where its control stream has just ended
	 */
	boolean isSuccessorReady() {
		return this.successor != null && this.successor.isReady();
	}

	/** Gives the slot to the successor, which is to accept. */
	void take() {
		WorkerHandle successor = this.successor;
		if (successor == null) {
			throw new IllegalStateException("Slot %d has no successor to take it".formatted(this.index));
		}
		this.reserved = false;
		this.taken = true;
		// Not the one from the beginning: that may have died, and been replaced.
		this.predecessor = (this.holder != null) ? this.holder : this.predecessor;
		fill(successor);
	}

	/**
	 * Whether the successor was given the slot.
	 * @return whether it was; it may have died since
	 */
	boolean isTaken() {
		return this.taken;
	}

	@Nullable WorkerHandle predecessor() {
		return this.predecessor;
	}

	/** The slot has been replaced, or is not to be: whoever holds it goes on. */
	void endReplacement() {
		this.wanted = null;
		this.successor = null;
		this.predecessor = null;
		this.discarded = null;
		this.reserved = false;
		this.taken = false;
	}

	/**
	 * Gives the replacement up, and the slot back to the predecessor. Where that does not
	 * serve any more, a successor that does keeps the slot: somebody has to.
	 * @return who is to end: the successor or the predecessor, or {@code null} where
	 * there is none
	 */
	@Nullable WorkerHandle giveUpReplacement() {
		WorkerHandle surplus = this.successor;
		WorkerHandle predecessor = this.predecessor;
		if (this.taken && surplus != null) {
			if (surplus.isReady() && (predecessor == null || !predecessor.isReady())) {
				surplus = predecessor;
			}
			else {
				leave(surplus);
				if (predecessor != null && predecessor.isBefore(WorkerState.DRAINING)) {
					fill(predecessor);
				}
			}
		}
		endReplacement();
		return surplus;
	}

	/**
	 * Its worker exited though nobody asked for it.
	 * @param how what is known of that
	 */
	void failed(String how) {
		this.failures++;
		this.lastFailure = how;
	}

	/** A worker got ready here. */
	void succeeded() {
		this.failures = 0;
	}

	/**
	 * What happened here before, for the worker that is forked now.
	 * @return how often others failed since one was ready, and how the last did; or
	 * {@code null} where none did
	 */
	@Nullable String history() {
		return (this.failures > 0) ? "try %d, after %s".formatted(this.failures + 1, this.lastFailure) : null;
	}

}
