package io.pmboot;

/**
 * The states of a worker, in the only order in which they follow each other; READY and
 * DRAINING may be skipped.
 *
 * @since 0.1
 */
public enum WorkerState {

	/** Forked, not yet ready. */
	STARTING,

	/**
	 * Ready, and accepting from its group's listeners: in a reload that replaces several
	 * slots at a time, once the others are ready as well.
	 */
	READY,

	/** Accepts nothing more and finishes what it has. */
	DRAINING,

	/** The process has ended. */
	EXITED

}
