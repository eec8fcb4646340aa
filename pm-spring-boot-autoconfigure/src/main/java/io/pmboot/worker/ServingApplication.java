package io.pmboot.worker;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;

/**
 * The application in this worker, once it is ready.
 */
interface ServingApplication {

	/**
	 * What works in it from the activation of this worker to its drain.
	 * @return what to open, and to drain
	 */
	List<Serving> servings();

	/** Tells the application that this worker accepts. Returns at once. */
	void activated();

	/**
	 * Tells the application that this worker drains. Returns at once.
	 * @param reason why
	 * @return completes when that is under way
	 */
	CompletionStage<Void> draining(DrainReason reason);

	/**
	 * Lets the application see that it gets no more work. Runs code of the application.
	 */
	void refuseTraffic();

	/**
	 * Closes the application's context, or waits until whoever closes it is done.
	 */
	void close();

}
