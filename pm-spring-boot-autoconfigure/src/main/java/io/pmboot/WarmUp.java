package io.pmboot;

/**
 * A bean that warms a worker up by code: fills caches, opens connections, runs what a
 * first request would have to wait for. Called in a worker alone, once, when the
 * application's runners have finished and before the worker is READY, so that no request
 * comes from outside meanwhile; several are called in their order
 * ({@link org.springframework.core.annotation.Order @Order}).
 *
 * @since 0.1
 */
@FunctionalInterface
public interface WarmUp {

	/**
	 * Warms up. Called on a thread of its own; what it takes counts towards the group's
	 * {@code start-timeout}.
	 * @throws Exception where this worker should not serve: its start fails then
	 */
	void warmUp() throws Exception;

}
