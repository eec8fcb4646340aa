package io.pmboot.test;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waits for what another process does: there is no event of it to wait for. */
public final class Await {

	private Await() {
	}

	/**
	 * Waits until a condition holds.
	 * @param timeout how long to wait
	 * @param what the condition in words
	 * @param condition the condition
	 * @param state says how things stand, for the failure's text
	 * @throws Exception what the condition throws
	 */
	public static void until(Duration timeout, String what, Callable<Boolean> condition, Supplier<String> state)
			throws Exception {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (!condition.call()) {
			if (System.nanoTime() > deadline) {
				throw new AssertionError("Waited %s for: %s%n%s".formatted(timeout, what, state.get()));
			}
			Thread.sleep(50);
		}
	}

}
