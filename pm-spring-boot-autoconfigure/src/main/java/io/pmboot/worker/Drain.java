package io.pmboot.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import org.jspecify.annotations.Nullable;

/**
 * Something in a worker that takes part in its drain: what accepts connections and serves
 * them, such as a web server on shared listeners, or what ends those that do not end by
 * themselves. Each method but {@link #refuse} is called once at most, {@link #open}
 * before {@link #begin}; a worker that is never activated is drained without having been
 * opened. All are called on the event loop of the control connection, which none may hold
 * up.
 */
public interface Drain {

	/**
	 * Begins to accept. Called when the master has activated this worker, which exits
	 * with code 1 where this fails. Returns at once.
	 * @return completes when it has begun, on any thread; exceptionally where it cannot
	 */
	default CompletionStage<Void> open() {
		return CompletableFuture.completedStage(null);
	}

	/**
	 * Accepts nothing more until it may again: its application refuses traffic.
	 * Connections that it has are served on. May be called before {@link #open}, and any
	 * number of times.
	 * @param refusing whether to accept nothing
	 */
	default void refuse(boolean refusing) {
	}

	/**
	 * How many of its threads accept connections, or wait until they may. Called on the
	 * control event loop, which it must not hold up.
	 * @return the number, 0 also where nobody would serve what they accept; {@code null}
	 * where it has none, has not been opened, or has begun to drain
	 */
	default @Nullable Integer acceptors() {
		return null;
	}

	/**
	 * Accepts nothing more, makes every further response the last of its connection, and
	 * waits for what is in flight; for idle connections too where the reason
	 * {@linkplain DrainReason#awaitsIdleConnections() says so}, otherwise these are
	 * closed. Never shuts a listener down: other processes share it. Returns at once.
	 * @param reason why the worker drains
	 * @return completes, on any thread and never exceptionally, when no connection is
	 * left; whoever waits bounds it
	 */
	CompletionStage<Void> begin(DrainReason reason);

	/**
	 * A drain that waits for idle connections waits for them no longer: the worker is to
	 * stop. Called after {@link #begin}, on the control event loop, which it must not
	 * hold up.
	 * @param reason why, now
	 */
	void hasten(DrainReason reason);

}
