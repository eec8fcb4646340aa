package io.pmboot.process;

import java.io.IOException;

/**
 * What has to hold before a worker is forked.
 */
@FunctionalInterface
public interface BeforeFork {

	/**
	 * Sees to it, on the thread that forks. May block.
	 * @throws IOException where it does not hold, with the reason, for which the fork
	 * fails
	 */
	void check() throws IOException;

}
