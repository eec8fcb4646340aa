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
		if (worker.wasReady()) {
			succeeded();
		}
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
