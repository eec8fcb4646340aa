package io.pmboot;

/**
 * This worker, as a bean of a worker's context; in a master and in a plain application
 * there is none (inject an {@code ObjectProvider<Worker>} where that matters). Every
 * method may be called on any thread.
 *
 * @since 0.1
 */
public interface Worker {

	/**
	 * The group that this worker belongs to.
	 * @return the group's name
	 */
	String group();

	/**
	 * The stable slot within the group, from 0. A successor has its predecessor's.
	 * @return the index
	 */
	int index();

	/**
	 * The generation of the group that this worker belongs to.
	 * @return the generation, from 1
	 */
	int generation();

	/**
	 * Tells the master a figure of the application's own, for instance how long a queue
	 * is: it goes with every heartbeat into the status. A score that was told before is
	 * replaced.
	 * @param name the score's name, up to 64 characters, not blank and without control
	 * characters
	 * @param value its value, finite
	 * @throws IllegalArgumentException where name or value are not so, or this worker has
	 * {@value WorkerLoad#MAX_SCORES} scores of other names already
	 */
	void score(String name, double value);

}
