package io.pmboot;

/**
 * Why a worker drains.
 *
 * @since 0.1
 */
public enum DrainReason {

	/** The master stops this worker, its group or itself. */
	STOP,

	/** Another worker has taken this worker's slot, in a reload or as it goes back. */
	RELOAD,

	/**
	 * A successor takes this worker's slot as soon as nothing is in flight here any more:
	 * the two are never active together ({@code reload.order: handover}).
	 */
	HANDOVER,

	/** A successor has taken this worker's slot, because this one is not to go on. */
	REPLACED,

	/** The group is to have fewer workers: nobody takes this worker's slot. */
	SCALED_DOWN,

	/** The master restarts this worker: another takes its slot when it has exited. */
	RESTART,

	/** The application asked for it, by {@link Worker#disconnect()}. */
	DISCONNECTED,

	/** The worker received SIGTERM. */
	TERMINATED,

	/** The application closed its context. */
	CONTEXT_CLOSED,

	/** The control stream ended: the master is gone. */
	MASTER_LOST

}
