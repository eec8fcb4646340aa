package io.pmboot;

import java.util.List;

/**
 * The master, as a bean of the master's context; in a worker and in a plain application
 * there is none (inject an {@code ObjectProvider<Master>} where that matters). Every
 * method may be called on any thread but the master's event loop, and waits for the event
 * loop no longer than it takes to answer.
 *
 * @since 0.1
 */
public interface Master extends MessageSender {

	/**
	 * The master's own process id.
	 * @return the pid
	 */
	long pid();

	/**
	 * All groups at this moment, in the order of their configuration.
	 * @return the groups
	 */
	List<GroupInfo> groups();

	/**
	 * One group at this moment.
	 * @param name the group's name
	 * @return the group
	 * @throws UnknownGroupException where there is none of this name
	 */
	GroupInfo group(String name);

	/**
	 * Begins to reload every group.
	 * @return the reloads, one for each group
	 * @throws ReloadRefusedException where one of the groups cannot be reloaded now; then
	 * none is
	 */
	List<PendingReload> reload();

	/**
	 * Begins to replace the workers of a group, one slot at a time, by successors that
	 * run what the application's file holds now.
	 * @param group the group's name
	 * @return the reload
	 * @throws UnknownGroupException where there is none of this name
	 * @throws ReloadRefusedException where it cannot be reloaded now
	 */
	PendingReload reload(String group);

}
