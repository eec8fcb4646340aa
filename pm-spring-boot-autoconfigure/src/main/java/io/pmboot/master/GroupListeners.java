package io.pmboot.master;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.netty.channel.unix.FileDescriptor;

/**
 * The master's own copies of the listeners of its groups, of which each generation may
 * have others. Called on the event loop only.
 */
interface GroupListeners {

	/** The generation that a group begins with. */
	int FIRST = 1;

	/**
	 * Where a generation of a group listens, or listened until the group was stopped.
	 * @param group the group's name
	 * @param generation the generation
	 * @return the addresses, with the ports that were given
	 */
	List<String> addresses(String group, int generation);

	/**
	 * What is passed to the workers of a generation of a group.
	 * @param group the group's name
	 * @param generation the generation
	 * @return the descriptors, in the order of their addresses, owned by the listeners;
	 * none where the group was stopped
	 */
	List<FileDescriptor> descriptors(String group, int generation);

	/**
	 * Passes the listeners of a group to no worker any more.
	 * @param group the group's name
	 */
	void close(String group);

	/**
	 * Ends the listeners of a group that were closed, and bound again since by nobody,
	 * for every process that holds them: clients are refused instead of left waiting in a
	 * queue that nobody serves.
	 * @param group the group's name
	 */
	void end(String group);

	/**
	 * Has a generation listen where another one does.
	 * @param group the group's name
	 * @param from the other one
	 * @param to the generation
	 */
	void inherit(String group, int from, int to);

	/**
	 * Binds where a generation of a group is to listen, without waiting for anything on
	 * the event loop. What another generation listens on stays as it is and is shared;
	 * where that was closed, it is bound again at the port that it had.
	 * @param group the group
	 * @param from the other generation, perhaps the same
	 * @param to the generation
	 * @return completes on any thread, with all of them bound, or exceptionally with a
	 * {@link io.pmboot.StartFailedException} and nothing bound that was not before
	 */
	CompletionStage<Binding> bind(GroupSettings group, int from, int to);

	/**
	 * Closes the listeners that no generation has any more.
	 * @param group the group's name
	 * @param generations those that are left
	 */
	void keep(String group, Set<Integer> generations);

	/**
	 * Listeners that are bound and not yet the generation's.
	 */
	interface Binding {

		/** Makes them the generation's, on the event loop. */
		void keep();

		/** Closes those that were not there before. */
		void drop();

	}

}
