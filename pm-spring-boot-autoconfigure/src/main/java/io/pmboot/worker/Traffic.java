package io.pmboot.worker;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Something in a worker that serves requests, and counts them. Asked on the event loop of
 * the control connection, which no answer may hold up.
 */
public interface Traffic {

	/**
	 * How many requests have ended.
	 * @return the number since the start
	 */
	long served();

	/**
	 * How many requests are being served.
	 * @return the number at this moment
	 */
	int inFlight();

	/**
	 * When the oldest of these began.
	 * @return the moment by {@link System#nanoTime()}, or {@code null} where there is
	 * none
	 */
	@Nullable Long oldestSince();

	/**
	 * The requests that hold a thread. Not those that wait for something without one.
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

}
