package io.pmboot.master;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The master's own copies of the listeners of its groups. Called on the event loop only.
 */
interface GroupListeners {

	/**
	 * Where a group listens, or listened until it was stopped.
	 * @param group the group's name
	 * @return the addresses, with the ports that were given
	 */
	List<String> addresses(String group);

	/**
	 * Closes the listeners of a group: once its workers have closed theirs, clients are
	 * refused instead of left waiting in a queue that nobody serves.
	 * @param group the group's name
	 */
	void close(String group);

	/**
	 * Binds the listeners of a group again, without waiting for anything on the event
	 * loop.
	 * @param group the group
	 * @return completes on any thread, with all of them bound, or exceptionally with a
	 * {@link ListenFailedException} and none bound
	 */
	CompletionStage<Binding> bind(GroupSettings group);

	/**
	 * Listeners that are bound and not yet the group's.
	 */
	interface Binding {

		/** Makes them the group's, on the event loop. */
		void keep();

		/** Closes them. */
		void drop();

	}

}
