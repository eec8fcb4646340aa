package io.pmboot.worker;

import java.util.function.Consumer;

/**
 * Something that must have been done, or be so, before this worker is READY.
 */
public interface ReadyCheck {

	/**
	 * Returns when it is so. Called once, on a thread that may wait.
	 * @param waiting is told what this waits for, in words, whenever that changes
	 * @throws ReadyCheckException where it will not be so: the start of this worker fails
	 * @throws InterruptedException when interrupted
	 */
	void pass(Consumer<String> waiting) throws ReadyCheckException, InterruptedException;

}
