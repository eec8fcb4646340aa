package io.pmboot.process;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps a copy of the application for each generation of each group, so that nothing that
 * runs is disturbed when the application's file is overwritten. May be called on any
 * thread; nothing here blocks.
 */
public interface GenerationCopies {

	/**
	 * Copies the application as it is now, for a generation that is about to be forked.
	 * @param group the group
	 * @param generation the generation
	 * @param program what is particular to the group
	 * @return completes, on any thread, with whether the generation has a copy of its own
	 * ({@code false}: this form of application runs in place), or exceptionally with an
	 * {@link java.io.IOException} that says why it cannot be copied
	 */
	CompletableFuture<Boolean> copy(String group, int generation, WorkerLaunch.Program program);

	/**
	 * Whether two generations are copies of the same content, to the last byte.
	 * @param group the group
	 * @param generation one generation
	 * @param other the other
	 * @return whether they are; {@code false} where one has no copy
	 */
	boolean same(String group, int generation, int other);

	/**
	 * Removes the copies of all other generations of a group.
	 * @param group the group
	 * @param generations those that are in use, and the last good one
	 */
	void keep(String group, Set<Integer> generations);

}
