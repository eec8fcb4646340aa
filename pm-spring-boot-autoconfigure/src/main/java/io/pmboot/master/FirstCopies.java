package io.pmboot.master;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.pmboot.process.GenerationCopies;

/**
 * The copies that the groups start with, made while the master starts.
 */
final class FirstCopies {

	private static final int FIRST = 1;

	private FirstCopies() {
	}

	/**
	 * Copies the application for the first generation of each group, and waits for it.
	 * @param groups the groups
	 * @param copies makes the copies
	 * @return the groups that have a copy of their own
	 * @throws NotCopiedException for the first that cannot have one
	 */
	static Set<String> make(List<GroupSettings> groups, GenerationCopies copies) {
		Map<String, CompletableFuture<Boolean>> begun = new LinkedHashMap<>();
		groups.forEach((group) -> begun.put(group.name(), copies.copy(group.name(), FIRST, group.program())));
		Set<String> copied = new HashSet<>();
		begun.forEach((group, copy) -> {
			if (join(group, copy)) {
				copied.add(group);
			}
		});
		return copied;
	}

	private static boolean join(String group, CompletableFuture<Boolean> copy) {
		try {
			return copy.join();
		}
		catch (CompletionException ex) {
			throw new NotCopiedException(group, (ex.getCause() != null) ? ex.getCause() : ex);
		}
	}

}
