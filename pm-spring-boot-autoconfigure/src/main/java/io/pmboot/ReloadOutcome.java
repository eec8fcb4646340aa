package io.pmboot;

/**
 * How a reload ended.
 *
 * @since 0.1
 */
public enum ReloadOutcome {

	/** Every slot was replaced, and the last predecessor has exited. */
	COMPLETED,

	/** A successor failed; its predecessor serves on. */
	FAILED,

	/** A successor failed after others had been replaced; these went back as well. */
	ROLLED_BACK,

	/** It was ended before its time, by a stop of the group or of the master. */
	CANCELLED

}
