package io.pmboot.process;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Copies nothing: every generation runs in place.
 */
public final class InPlace implements GenerationCopies {

	@Override
	public CompletableFuture<Boolean> copy(String group, int generation, WorkerLaunch.Program program) {
		return CompletableFuture.completedFuture(false);
	}

	@Override
	public void keep(String group, Set<Integer> generations) {
		// There is nothing to remove.
	}

}
