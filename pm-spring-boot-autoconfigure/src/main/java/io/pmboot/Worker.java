package io.pmboot;

/**
 * This worker, as a bean of a worker's context; in a master and in a plain application
 * there is none (inject an {@code ObjectProvider<Worker>} where that matters). Every
 * method may be called on any thread.
 *
 * @since 0.1
 */
public interface Worker extends MessageSender {

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

}
