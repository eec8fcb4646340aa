package io.pmboot.master;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.process.GenerationCopies;
import io.pmboot.process.WorkerLaunch;
import org.jspecify.annotations.Nullable;

/**
 * Copies that take as long as a test says, or fail.
 */
final class FakeCopies implements GenerationCopies {

	/** How long the next one takes. */
	Duration takes = Duration.ZERO;

	/** Why the next ones fail. */
	@Nullable String failure;

	/** Whether there are copies at all. */
	boolean inPlace;

	/** Whether the file never changes. */
	boolean unchanged;

	private final FakeWorld world;

	private final Map<String, Set<Integer>> copies = new HashMap<>();

	FakeCopies(FakeWorld world) {
		this.world = world;
	}

	@Override
	public CompletableFuture<Boolean> copy(String group, int generation, WorkerLaunch.Program program) {
		CompletableFuture<Boolean> copy = new CompletableFuture<>();
		String failure = this.failure;
		Runnable end = () -> {
			if (failure != null) {
				copy.completeExceptionally(new IllegalStateException(failure));
				return;
			}
			of(group).add(generation);
			copy.complete(!this.inPlace);
		};
		if (this.takes.isZero()) {
			end.run();
		}
		else {
			this.world.loop().at(this.takes, end);
		}
		return copy;
	}

	@Override
	public boolean same(String group, int generation, int other) {
		return this.unchanged;
	}

	@Override
	public void keep(String group, Set<Integer> generations) {
		of(group).retainAll(generations);
	}

	/**
	 * What there is to fork from.
	 * @param group the group
	 * @return the generations
	 */
	Set<Integer> of(String group) {
		return this.copies.computeIfAbsent(group, (name) -> new HashSet<>(Set.of(1)));
	}

}
