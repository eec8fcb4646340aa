package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;

import io.pmboot.ReloadStep;

/**
 * As many slots as the canary has are replaced. Waits until somebody promotes the reload
 * or cancels it, for {@code reload.hold-timeout}; the new generation is compared with the
 * others all the while.
 */
final class Holding extends RolloutPhase {

	private final Instant since;

	private boolean promoted;

	Holding(Rollout rollout) {
		super(rollout, Set.of(Replacing.class, Returning.class, Ended.class));
		this.since = rollout.seams.loop().instant();
	}

	@Override
	void begin() {
		this.rollout.log.step(ReloadStep.Kind.HOLDING, replaced());
		Duration limit = limit();
		if (!limit.isZero()) {
			this.rollout.timer.set(() -> {
				this.rollout.cancel("nobody promoted it within %s (reload.hold-timeout)".formatted(Text.of(limit)));
				this.rollout.changed.run();
			}, limit);
		}
	}

	private Duration limit() {
		return this.rollout.reload.holdTimeout();
	}

	private String replaced() {
		return "%d of %d slots are replaced".formatted(this.rollout.replaced, this.rollout.slots.size());
	}

	/** Somebody found the new generation good. */
	void promote() {
		this.promoted = true;
		this.rollout.log.step(ReloadStep.Kind.PROMOTED, null);
	}

	boolean isPromoted() {
		return this.promoted;
	}

	@Override
	boolean advance() {
		if (!this.promoted) {
			return false;
		}
		this.rollout.enter(new Replacing(this.rollout));
		return true;
	}

	String reason() {
		String until = limit().isZero() ? "" : ", at the latest at %s, when it goes back"
			.formatted(this.since.plus(limit()).truncatedTo(ChronoUnit.SECONDS));
		return "reload %s holds since %s, %s: it waits for promote or cancel%s".formatted(this.rollout.id(),
				this.since.truncatedTo(ChronoUnit.SECONDS), replaced(), until);
	}

}
