package io.pmboot;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What is to be otherwise in one reload than the group's properties have it. What is
 * {@code null} is as they have it.
 *
 * @param observe in place of {@code reload.observe}; not negative
 * @param maxSurge in place of {@code reload.max-surge}: a number of slots, or a
 * percentage of them such as {@code 25%}
 * @param canary in place of {@code reload.canary}: so many slots are replaced first, a
 * number or a percentage, and then the reload holds until it is promoted
 * @param hold {@code true}: hold, with a canary of one slot where none is given or
 * configured; {@code false}: do not hold, though a canary is configured
 * @since 0.1
 */
public record ReloadOptions(@Nullable Duration observe, @Nullable String maxSurge, @Nullable String canary,
		@Nullable Boolean hold) {

	/** All as the properties have it. */
	public static final ReloadOptions NONE = new ReloadOptions(null, null, null, null);

	/**
	 * With another time for which successors are observed.
	 * @param observe how long; 0 does not observe
	 * @return these options, changed
	 */
	public ReloadOptions withObserve(Duration observe) {
		return new ReloadOptions(observe, this.maxSurge, this.canary, this.hold);
	}

	/**
	 * With another number of slots that are replaced at a time.
	 * @param maxSurge a number, or a percentage of the slots such as {@code 25%}
	 * @return these options, changed
	 */
	public ReloadOptions withMaxSurge(String maxSurge) {
		return new ReloadOptions(this.observe, maxSurge, this.canary, this.hold);
	}

	/**
	 * Holding after so many slots.
	 * @param canary a number, or a percentage of the slots such as {@code 10%}
	 * @return these options, changed
	 */
	public ReloadOptions withCanary(String canary) {
		return new ReloadOptions(this.observe, this.maxSurge, canary, this.hold);
	}

	/**
	 * Holding, or not.
	 * @param hold whether the reload holds after its canary
	 * @return these options, changed
	 */
	public ReloadOptions withHold(boolean hold) {
		return new ReloadOptions(this.observe, this.maxSurge, this.canary, hold);
	}

}
