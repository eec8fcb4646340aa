package io.pmboot;

/**
 * What this JVM is: decided once, from the active profiles.
 *
 * @since 0.1
 */
public enum PmRole {

	/** Neither profile is active, or {@code pm.enabled} is false: a plain application. */
	NONE,

	/**
	 * Profile {@code master}: binds, forks and supervises; serves no application traffic.
	 */
	MASTER,

	/** Profile {@code worker}: forked by a master, does the work. */
	WORKER

}
