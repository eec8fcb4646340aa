package io.pmboot;

/**
 * What an exit means to the master.
 *
 * @since 0.1
 */
public enum ExitKind {

	/** The master asked for it, and it ended in time. */
	REQUESTED,

	/** The master asked for it, and had to kill it in the end. */
	KILLED,

	/** It ended of itself, orderly, after it had been ready. */
	VOLUNTARY,

	/** Nobody asked for it: it counts against the group's restart intensity. */
	FATAL

}
