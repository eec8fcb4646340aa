package io.pmboot.master;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
		for (GroupSettings group : groups) {
			if (await(group, begun.get(group.name()))) {
				copied.add(group.name());
			}
		}
		return copied;
	}

	private static boolean await(GroupSettings group, CompletableFuture<Boolean> copy) {
		Duration limit = group.startTimeout();
		try {
			return copy.get(limit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw new NotCopiedException(group.name(), (ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (TimeoutException ex) {
			throw new NotCopiedException(group.name(), new IOException(
					"to copy the application took longer than %s (pm.groups.%s.start-timeout): does its file answer?"
						.formatted(Text.of(limit), group.name())));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NotCopiedException(group.name(), ex);
		}
	}

}
