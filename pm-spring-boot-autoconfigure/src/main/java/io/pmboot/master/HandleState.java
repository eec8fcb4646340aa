package io.pmboot.master;

import java.time.Instant;

import io.pmboot.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * STARTING, READY, DRAINING, EXITED: forward only; READY and DRAINING may be skipped.
 */
final class HandleState {

	private WorkerState state = WorkerState.STARTING;

	private Instant since;

	private @Nullable String reason;

	private boolean wasReady;

	HandleState(Instant since) {
		this.since = since;
	}

	/**
	 * Moves on.
	 * @param next the next state
	 * @param reason why, or {@code null} where the state says it all
	 * @param now the time of day
	 * @throws IllegalStateException where this state does not follow the present one
	 */
	void moveTo(WorkerState next, @Nullable String reason, Instant now) {
		if (next.compareTo(this.state) <= 0) {
			throw new IllegalStateException("A worker cannot go from %s to %s".formatted(this.state, next));
		}
		this.state = next;
		this.wasReady |= next == WorkerState.READY;
		this.since = now;
		this.reason = reason;
	}

	/**
	 * More is known of why it is in this state.
	 * @param reason the reason, or {@code null} where the state says it all
	 */
	void explain(@Nullable String reason) {
		this.reason = reason;
	}

	boolean isBefore(WorkerState other) {
		return this.state.compareTo(other) < 0;
	}

	WorkerState state() {
		return this.state;
	}

	boolean wasReady() {
		return this.wasReady;
	}

	Instant since() {
		return this.since;
	}

	@Nullable String reason() {
		return this.reason;
	}

}
