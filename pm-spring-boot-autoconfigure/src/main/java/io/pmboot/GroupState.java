package io.pmboot;

/**
 * The states of a group.
 *
 * @since 0.1
 */
public enum GroupState {

	/** Its workers are kept running. */
	RUNNING,

	/** A reload is replacing its workers. */
	RELOADING,

	/** Its workers exited fatally too often; the group waits before it forks again. */
	GIVEN_UP,

	/** It has been stopped and forks nothing. */
	STOPPED

}
