package io.pmboot;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * The master, as a bean of the master's context; in a worker and in a plain application
 * there is none (inject an {@code ObjectProvider<Master>} where that matters). Every
 * method may be called on any thread but the master's event loop, and waits for the event
 * loop no longer than it takes to answer.
 *
 * @since 0.1
 */
public interface Master extends MessageSender {

	/** The most workers that a group can have. */
	int MAX_CHILDREN = 1000;

	/** How many reloads the master remembers. */
	int REMEMBERED_RELOADS = 20;

	/**
	 * The master's own process id.
	 * @return the pid
	 */
	long pid();

	/**
	 * Since when nobody has taken the output of master and workers.
	 * @return since when, or {@code null} where it is taken, or has waited for less than
	 * 5 seconds
	 */
	default @Nullable Instant outputBlockedSince() {
		return null;
	}

	/**
	 * What does not suit several processes, and what the host lacks: as the master found
	 * at its start, and as workers of the generations that serve told at theirs.
	 * @return the findings, those of the host first
	 */
	default List<Finding> findings() {
		return List.of();
	}

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
	 * What a worker has written to its output last, at most 1,000 lines: the one that
	 * holds the slot. Where nobody does, the one that lives or, where none lives, has
	 * exited last.
	 * @param group the group's name
	 * @param index the worker's slot
	 * @param generation the worker's generation, or {@code null} for any
	 * @return the lines
	 * @throws UnknownGroupException where there is no group of this name
	 * @throws UnknownWorkerException where it has had no such worker, or does not
	 * remember it any more
	 */
	WorkerLog log(String group, int index, @Nullable Integer generation);

	/**
	 * The last {@link #REMEMBERED_RELOADS} reloads and rollbacks of all groups at this
	 * moment; all that are under way, where these are more.
	 * @return the reloads, the newest first
	 */
	List<ReloadInfo> reloads();

	/**
	 * Begins to reload every group that is not stopped.
	 * @return the reloads, one for each group
	 * @throws ReloadRefusedException where one of the groups cannot be reloaded now; then
	 * none is
	 */
	List<PendingReload> reload();

	/**
	 * Begins to replace the workers of a group by successors that run what the
	 * application's file holds now, {@code reload.max-surge} slots at a time. A worker of
	 * the new generation that fails while that is under way ends it, and slots that have
	 * been replaced already go back to the last good generation. So does one whose
	 * answers fail more often than those of the other workers, while it is observed.
	 * @param group the group's name
	 * @return the reload
	 * @throws UnknownGroupException where there is none of this name
	 * @throws ReloadRefusedException where it cannot be reloaded now
	 */
	PendingReload reload(String group);

	/**
	 * Begins to {@linkplain #reload(String) reload} a group otherwise than its properties
	 * have it.
	 * @param group the group's name
	 * @param options what is to be otherwise
	 * @return the reload; one that holds ends once it is promoted or cancelled
	 * @throws UnknownGroupException where there is none of this name
	 * @throws IllegalArgumentException where an option is out of range, saying which
	 * @throws ReloadRefusedException where it cannot be reloaded now
	 */
	PendingReload reload(String group, ReloadOptions options);

	/**
	 * Has a reload go on that holds after its canary: the other slots are replaced as
	 * well.
	 * @param id the reload's id
	 * @return the reload; ends when all slots have been replaced, or have gone back
	 * @throws UnknownReloadException where there is none of this id
	 * @throws OperationRefusedException where it does not hold
	 */
	PendingReload promote(String id);

	/**
	 * Begins to replace the workers of a group by ones of the last good generation before
	 * the one that serves, from the copy that was kept, the way a reload does. Only the
	 * last completed reload can be undone like this, and only once.
	 * @param group the group's name
	 * @return the rollback
	 * @throws UnknownGroupException where there is none of this name
	 * @throws ReloadRefusedException where there is no such generation, where it has no
	 * copy, or where the group cannot be reloaded now
	 */
	PendingReload rollback(String group);

	/**
	 * Cancels a reload or a rollback: successors that are on their way are stopped, and
	 * slots that have been replaced go back.
	 * @param id the reload's id
	 * @return the reload; ends when all slots have gone back
	 * @throws UnknownReloadException where there is none of this id
	 * @throws OperationRefusedException where it has ended, or goes back already
	 */
	PendingReload cancel(String id);

	/**
	 * Sets how many workers a group should have. More are forked at once; of those that
	 * are too many, the ones with the highest indexes drain, and have
	 * {@code reload.drain-timeout} for that. The number holds until the master ends, over
	 * reloads too. A group that has given up or is stopped has it once it forks again.
	 * @param group the group's name
	 * @param children how many, from 0 to {@link #MAX_CHILDREN}
	 * @return the group, its workers not yet as they should be
	 * @throws UnknownGroupException where there is none of this name
	 * @throws IllegalArgumentException where {@code children} is out of range
	 * @throws OperationRefusedException while the group is reloaded or the master is
	 * stopping
	 */
	GroupInfo scale(String group, int children);

	/**
	 * Restarts all workers of a group, one after the other: a successor of the same
	 * generation is forked, and its predecessor drains, as in a reload, when that is
	 * ready. Where the successor fails, the predecessor goes on, and the next successor
	 * is forked after a pause. Workers that are not ready yet drain at once, and so do
	 * all of a group whose {@code reload.order} is {@code stop-first}: within
	 * {@code terminate-timeout}, and each is replaced when it has exited. Ends the pause
	 * of a group that has given up.
	 * @param group the group's name
	 * @return the group, whose workers say what they wait for
	 * @throws UnknownGroupException where there is none of this name
	 * @throws OperationRefusedException while the group is reloaded or stopped, or the
	 * master is stopping
	 */
	GroupInfo restart(String group);

	/**
	 * Restarts one worker of a group, as {@link #restart(String)} does all of them, after
	 * those that are being replaced already.
	 * @param group the group's name
	 * @param index the worker's slot
	 * @return the group, whose workers say what they wait for
	 * @throws UnknownGroupException where there is none of this name
	 * @throws IllegalArgumentException where the group has no such slot
	 * @throws OperationRefusedException while the group is reloaded or stopped, or the
	 * master is stopping
	 */
	GroupInfo restart(String group, int index);

	/**
	 * Stops a group: its workers drain, within {@code terminate-timeout}, none is forked
	 * any more, and clients are refused. Cancels a reload or a start of the group. Does
	 * nothing where it is stopped.
	 * @param group the group's name
	 * @return the group, its workers draining
	 * @throws UnknownGroupException where there is none of this name
	 * @throws OperationRefusedException while the master is stopping
	 */
	GroupInfo stop(String group);

	/**
	 * Starts a stopped group again: binds its listeners, to the same ports where any free
	 * one was asked for, and forks its workers. Where workers of the stop still hold a
	 * port, waits until they let it go or have exited. Ends the pause of a group that has
	 * given up; does nothing where it runs.
	 * @param group the group's name
	 * @return completes with the group when its listeners are bound and its workers are
	 * being forked, on a thread of its own; exceptionally with a
	 * {@link GroupStartFailedException} where a listener cannot be bound, or with an
	 * {@link OperationRefusedException} where the group was stopped meanwhile
	 * @throws UnknownGroupException where there is none of this name
	 * @throws OperationRefusedException while the group is being started or reloaded, or
	 * the master is stopping
	 */
	CompletableFuture<GroupInfo> start(String group);

}
