package io.pmboot.master;

import java.util.List;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.event.WorkerExitedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Why a worker ends, from the first sign of it to its exit, and what that exit means.
 */
final class Ending {

	private static final int MAX_LINES = 10;

	private final StartFailure startFailure;

	/** Why the master last asked it to end. */
	private @Nullable DrainReason asked;

	/** Whether it was given up before its exit, which is no news then. */
	private boolean lost;

	private @Nullable String fault;

	private @Nullable Integer cut;

	Ending(StartFailure startFailure) {
		this.startFailure = startFailure;
	}

	void asked(DrainReason reason) {
		this.asked = reason;
	}

	boolean wasAskedTo(DrainReason reason) {
		return this.asked == reason;
	}

	void lost() {
		this.lost = true;
	}

	boolean isLost() {
		return this.lost;
	}

	/** What is told of it beside its exit status. */
	void fault(@Nullable String fault) {
		this.fault = fault;
	}

	/** It has said how many requests it left unanswered. */
	void cut(int requests) {
		this.cut = requests;
	}

	@Nullable Integer cut() {
		return this.cut;
	}

	String reason(ExitStatus status) {
		if (this.fault != null) {
			return status + "; " + this.fault;
		}
		return (this.asked != null) ? status.toString() : this.startFailure.exited(status);
	}

	ExitKind kind(ExitStatus status, boolean wasReady, boolean wasKilled) {
		if (this.asked != null) {
			return wasKilled ? ExitKind.KILLED : ExitKind.REQUESTED;
		}
		return (wasReady && !this.lost && status.code() == 0) ? ExitKind.VOLUNTARY : ExitKind.FATAL;
	}

	/**
	 * All that is known of an exit that nobody asked for.
	 * @param exit the exit
	 * @return exit status, and failure analysis or last output
	 */
	String describe(WorkerExitedEvent exit) {
		String failure = this.startFailure.reason();
		if (failure != null) {
			return exit.status() + ": " + failure;
		}
		List<String> output = exit.lastOutput();
		return exit.worker().reason() + (output.isEmpty() ? "" : "; its last output: "
				+ String.join("\n", output.subList(Math.max(0, output.size() - MAX_LINES), output.size())));
	}

}
