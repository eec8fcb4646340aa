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

	/**
	 * This worker is not to go on, because it is recycled, restarted or not fit: a
	 * successor has taken its slot, or takes it when this one has exited
	 * ({@code reload.order: stop-first}).
	 */
	REPLACED,

	/** The group is to have fewer workers: nobody takes this worker's slot. */
	SCALED_DOWN,

	/**
	 * The master restarts this worker without a successor that serves already: another
	 * takes its slot when it has exited.
	 */
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
