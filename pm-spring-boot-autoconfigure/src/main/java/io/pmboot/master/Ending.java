package io.pmboot.master;

import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.Heartbeat;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a worker's end before it comes, and what its exit means then.
 */
final class Ending {

	private boolean requested;

	private boolean lost;

	private @Nullable Integer cut;

	private @Nullable String fault;

	/** The master has asked for it. */
	void request() {
		this.requested = true;
	}

	/** The worker is given up: its exit is no news. */
	void lose() {
		this.lost = true;
	}

	/**
	 * The worker is given up because it is hung.
	 * @param hang what tells so
	 */
	void hang(String hang) {
		this.lost = true;
		this.fault = "it was hung: " + hang;
	}

	/**
	 * The worker is to be replaced, for it says that it is not fit to go on.
	 * @param why what it says
	 */
	void unfit(String why) {
		this.lost = true;
		this.fault = "it was to be replaced: " + why;
	}

	/**
	 * Why an exit happened, as far as it is known.
	 * @param status how the process ended
	 * @param start what is known of its start
	 * @return the reason
	 */
	String reason(ExitStatus status, StartFailure start) {
		if (this.fault != null) {
			return status + "; " + this.fault;
		}
		return this.requested ? status.toString() : start.exited(status);
	}

	/**
	 * The worker's time to drain is up.
	 * @param requests how many it cuts short
	 */
	void cut(int requests) {
		this.cut = requests;
	}

	/**
	 * How many requests were cut short: as the worker said, or had last said where it had
	 * to be killed.
	 * @param fork its process
	 * @param pulse its heartbeats
	 * @return the number
	 */
	int requestsCut(Fork fork, Pulse pulse) {
		if (this.cut != null) {
			return this.cut;
		}
		Heartbeat last = pulse.last();
		return (fork.wasKilled() && last != null) ? last.load().inFlight() : 0;
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
