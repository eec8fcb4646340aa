package io.pmboot.process;

import io.pmboot.loop.Threads;

/**
 * Ends this JVM: the one place that does, so that a test can replace it.
 */
public class JvmExit {

	/**
	 * Begins to end this JVM in good order, shutdown hooks included, and returns: the
	 * caller may be a thread that a shutdown hook waits for.
	 * @param code the exit code; without effect where the JVM is ending already
	 */
	public void exit(int code) {
		Threads.foreground("pm-exit", () -> System.exit(code)).start();
	}

	/**
	 * Ends this JVM at once: no shutdown hook runs. Does not return.
	 * @param code the exit code
	 */
	public void halt(int code) {
		Runtime.getRuntime().halt(code);
	}

}
