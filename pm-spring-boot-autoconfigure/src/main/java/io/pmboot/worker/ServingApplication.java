package io.pmboot.worker;

import java.util.List;

/**
 * The application in this worker, once it is ready.
 */
interface ServingApplication {

	/**
	 * What accepts connections.
	 * @return what to open, and to drain
	 */
	List<Drain> drains();

	/**
	 * Lets the application see that it gets no more work. Runs code of the application.
	 */
	void refuseTraffic();

	/**
	 * Closes the application's context, or waits until whoever closes it is done.
	 */
	void close();

}
