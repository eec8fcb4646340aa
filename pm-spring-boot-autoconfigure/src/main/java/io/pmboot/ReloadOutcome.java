package io.pmboot;

/**
 * How a reload ended.
 *
 * @since 0.1
 */
public enum ReloadOutcome {

	/** Every slot was replaced, and the last predecessor has exited. */
	COMPLETED,

	/**
	 * The copy or a successor failed before any slot had been replaced: all predecessors
	 * serve on.
	 */
	FAILED,

	/**
	 * A worker of the new generation failed when slots had been replaced already: these
	 * went back, except where the cause says otherwise.
	 */
	ROLLED_BACK,

	/**
	 * It was ended before its time: on request, and slots that had been replaced went
	 * back, or by a stop of the group or of the master.
	 */
	CANCELLED

}
