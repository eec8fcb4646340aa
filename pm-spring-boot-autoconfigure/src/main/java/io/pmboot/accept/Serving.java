package io.pmboot.accept;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.Answers;
import io.pmboot.DrainReason;
import org.jspecify.annotations.Nullable;

/**
 * What works in a worker from its activation to its drain: a server on shared listeners,
 * above all. Each of {@link #open}, {@link #drain} and {@link #hasten} is called once at
 * most, in this order; a worker that is never activated is drained without having been
 * opened. All methods are called on the event loop of the control connection, which none
 * may hold up.
 *
 * @since 0.1
 */
public interface Serving {

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
	 * Accepts nothing more, makes every further response the last of its connection, and
	 * waits for what is in flight; for idle connections too where the reason
	 * {@linkplain #awaitsIdleConnections(DrainReason) asks for it}, otherwise these are
	 * closed. Never shuts a listener down: other processes share it. Returns at once.
	 * @param reason why the worker drains
	 * @return completes, on any thread and never exceptionally, when no connection is
	 * left; whoever waits bounds it
	 */
	CompletionStage<Void> drain(DrainReason reason);

	/**
	 * A drain that waits for idle connections waits for them no longer: the worker is to
	 * stop.
	 * @param reason why, now
	 */
	default void hasten(DrainReason reason) {
	}

	/**
	 * How many of its threads accept connections, or wait until they may.
	 * @return the number, 0 also where nobody would serve what they accept; {@code null}
	 * where it has none, has not been opened, or has begun to drain
	 */
	default @Nullable Integer acceptors() {
		return null;
	}

	/**
	 * How many connections it has accepted.
	 * @return the number since the start
	 */
	default long accepted() {
		return 0;
	}

	/**
	 * How many requests have ended.
	 * @return the number since the start
	 */
	default long served() {
		return 0;
	}

	/**
	 * What became of the requests that have ended.
	 * @return the answers since the start
	 */
	default Answers answers() {
		return Answers.NONE;
	}

	/**
	 * How many requests are being served.
	 * @return the number at this moment
	 */
	default int inFlight() {
		return 0;
	}

	/**
	 * When the oldest of these began.
	 * @return the moment by {@link System#nanoTime()}, or {@code null} where there is
	 * none
	 */
	default @Nullable Long oldestSince() {
		return null;
	}

	/**
	 * The threads that requests hold. None for requests that wait for something without
	 * one.
	 * @return them, none where the server does not give each request a thread
	 */
	default List<HeldThread> held() {
		return List.of();
	}

	/**
	 * How many requests may hold a thread at once.
	 * @return the number, or {@code null} where there is no limit
	 */
	default @Nullable Integer requestThreads() {
		return null;
	}

	/**
	 * Whether a drain leaves idle connections to end by their own time-out, so that none
	 * is closed under a client that is about to send its next request.
	 * @param reason why the worker drains
	 * @return whether it waits for them
	 */
	static boolean awaitsIdleConnections(DrainReason reason) {
		return switch (reason) {
			case RELOAD, REPLACED, SCALED_DOWN -> true;
			default -> false;
		};
	}

	/**
	 * A thread that a request holds.
	 *
	 * @param since when the request began, by {@link System#nanoTime()}
	 * @param thread the thread
	 */
	record HeldThread(long since, Thread thread) {
	}

}
