package io.pmboot.master;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.process.GenerationCopies;
import org.jspecify.annotations.Nullable;

/**
 * The generations of a group: which one serves, which one it could go back to, and which
 * of them have a copy of the application.
 */
final class Generations {

	private final GroupSettings settings;

	private final GenerationCopies copies;

	private final Set<Integer> copied = new HashSet<>();

	private int current = 1;

	private int last = 1;

	private @Nullable Integer previous;

	/** What was kept when that was last looked at; none where there are more since. */
	private Set<Integer> kept = Set.of(1);

	Generations(GroupSettings settings, GenerationCopies copies, boolean firstCopied) {
		this.settings = settings;
		this.copies = copies;
		copied(1, firstCopied);
	}

	/**
	 * The generation that serves: the last good one.
	 * @return its number
	 */
	int current() {
		return this.current;
	}

	/**
	 * A generation that never was.
	 * @return its number
	 */
	int next() {
		return ++this.last;
	}

	/**
	 * The one that served before the current one.
	 * @return its number, or {@code null} where there is none to go back to
	 */
	@Nullable Integer previous() {
		return this.previous;
	}

	CompletableFuture<Boolean> copy(int generation) {
		this.kept = Set.of();
		return this.copies.copy(this.settings.name(), generation, this.settings.program());
	}

	void copied(int generation, boolean copied) {
		if (copied) {
			this.copied.add(generation);
		}
	}

	boolean isCopied(int generation) {
		return this.copied.contains(generation);
	}

	/**
	 * All slots have been replaced.
	 * @param generation by workers of which generation
	 */
	void completed(int generation) {
		this.previous = (generation > this.current) ? this.current : null;
		this.current = generation;
	}

	/**
	 * Removes the copies that nobody uses any more.
	 * @param used the generations that are in use, besides those that are always kept
	 */
	void keep(Set<Integer> used) {
		Set<Integer> keep = new HashSet<>(used);
		keep.add(this.current);
		if (this.previous != null) {
			keep.add(this.previous);
		}
		if (!keep.equals(this.kept)) {
			this.kept = Set.copyOf(keep);
			this.copied.retainAll(keep);
			this.copies.keep(this.settings.name(), this.kept);
		}
	}

	/** A copy was finished that nobody waited for any more: it is to be removed. */
	void superfluous() {
		this.kept = Set.of();
	}

}
