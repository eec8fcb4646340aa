package io.pmboot;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One thing that happened in a reload.
 *
 * @param kind what happened
 * @param index the slot, or {@code null} where it concerns the whole group
 * @param generation the generation of the worker that it is about: while slots go back,
 * that of the one that comes back
 * @param at when
 * @param took since the step before of the same slot, or since the reload began where
 * this is its first
 * @param detail more of it in words, or {@code null}
 * @since 0.1
 */
public record ReloadStep(Kind kind, @Nullable Integer index, int generation, Instant at, Duration took,
		@Nullable String detail) {

	/**
	 * What can happen in a reload.
	 */
	public enum Kind {

		/** The generation has a copy of the application, or is to run in place. */
		COPIED,

		/** The generation is to be otherwise than the one before, and may be. */
		CONFIGURED,

		/** A worker of the generation is being forked for the slot. */
		FORKED,

		/** It is ready, and does not accept yet. */
		READY,

		/** It accepts; where there is a predecessor, beside that one. */
		ACTIVATED,

		/** It has accepted for as long as it was to be observed. */
		OBSERVED,

		/** The slots of the canary are replaced, and the reload waits to be promoted. */
		HOLDING,

		/** Somebody has promoted it: the other slots are replaced as well. */
		PROMOTED,

		/** The slot's worker of this generation was asked to drain. */
		DRAINING,

		/** The slot's worker of this generation has exited, as it was asked to. */
		DRAINED,

		/**
		 * The copy, or the slot's worker of this generation, failed, or the generation
		 * answers worse than the one before.
		 */
		FAILED,

		/** The slot is held by a worker of this generation again. */
		ROLLED_BACK

	}

}
