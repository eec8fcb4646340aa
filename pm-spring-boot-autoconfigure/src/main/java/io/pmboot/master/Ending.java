package io.pmboot.master;

import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;

/**
 * What is known of a worker's end before it comes, and what its exit means then.
 */
final class Ending {

	private boolean requested;

	private boolean lost;

	/** The master has asked for it. */
	void request() {
		this.requested = true;
	}

	/** The worker is given up: it cannot be spoken to any more. */
	void lose() {
		this.lost = true;
	}

	boolean isLost() {
		return this.lost;
	}

	/**
	 * What an exit means.
	 * @param status how the process ended
	 * @param wasReady whether it had been ready
	 * @param killed whether it did not end in time
	 * @return the kind
	 */
	ExitKind kind(ExitStatus status, boolean wasReady, boolean killed) {
		if (this.requested) {
			return killed ? ExitKind.KILLED : ExitKind.REQUESTED;
		}
		return (wasReady && !this.lost && status.code() == 0) ? ExitKind.VOLUNTARY : ExitKind.FATAL;
	}

}
