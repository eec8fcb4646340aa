package io.pmboot;

/**
 * Why a worker is replaced by another one of its generation, outside of reloads.
 *
 * @since 0.1
 */
public enum RestartReason {

	/** It has served as many requests as {@code recycle.requests} says. */
	REQUESTS,

	/** It has been ready for as long as {@code recycle.age} says. */
	AGE,

	/** Its process has as much memory as {@code recycle.memory} says. */
	MEMORY,

	/** Somebody asked for it, by {@link Master#restart(String)} or the endpoint. */
	OPERATOR,

	/**
	 * It is not fit to go on: its application says that it is broken, or all its request
	 * threads are held.
	 */
	UNFIT

}
