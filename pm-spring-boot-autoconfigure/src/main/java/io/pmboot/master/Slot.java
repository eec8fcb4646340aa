package io.pmboot.master;

import org.jspecify.annotations.Nullable;

/**
 * One stable place of a group: its index, and the worker that holds it.
 */
final class Slot {

	private final int index;

	private int generation;

	private @Nullable WorkerHandle current;

	private boolean reserved;

	Slot(int index, int generation) {
		this.index = index;
		this.generation = generation;
	}

	int index() {
		return this.index;
	}

	/**
	 * The generation from which a worker that dies here is replaced.
	 * @return the generation
	 */
	int generation() {
		return this.generation;
	}

	@Nullable WorkerHandle current() {
		return this.current;
	}

	/**
	 * Gives the slot to a worker.
	 * @param worker the worker
	 * @return the one that held it, or {@code null}
	 */
	@Nullable WorkerHandle take(WorkerHandle worker) {
		WorkerHandle predecessor = this.current;
		this.current = worker;
		this.generation = worker.generation();
		return predecessor;
	}

	/**
	 * From now on replaces who dies here from this generation.
	 * @param generation the generation
	 */
	void refillFrom(int generation) {
		this.generation = generation;
	}

	/**
	 * Keeps the slot for the successor of a reload.
	 * @param reserved whether nobody else is to be forked for it
	 */
	void reserve(boolean reserved) {
		this.reserved = reserved;
	}

	boolean isVacant() {
		return this.current == null && !this.reserved;
	}

	/**
	 * Frees the slot if this worker holds it.
	 * @param worker the worker
	 */
	void leave(WorkerHandle worker) {
		if (this.current == worker) {
			this.current = null;
		}
	}

}
