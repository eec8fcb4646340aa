package io.pmboot.master;

import java.time.Duration;
import java.util.random.RandomGenerator;

import io.pmboot.RestartReason;
import io.pmboot.WorkerLoad;
import io.pmboot.loop.EventLoop;
import io.pmboot.settings.GroupProperties.Recycle;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Whether one worker is to be replaced by another one of its generation: it is not fit to
 * go on, an operator restarts it, or it has reached a limit. Its limits are those of its
 * group, less a part of their own, so that workers which were forked together do not
 * reach them together.
 */
final class Replacement {

	/** What is taken off a limit at most. */
	static final double JITTER = 0.1;

	private final EventLoop loop;

	private final RandomGenerator random;

	/** It becomes due because of a limit. */
	private final Runnable onDue;

	private final Deadline age;

	private Recycle configured = new Recycle(0, Duration.ZERO, DataSize.ofBytes(0));

	/** The limits of this worker, where there are any. */
	private long requests;

	private long memory;

	private long watchedSince;

	private boolean watched;

	private @Nullable Due due;

	Replacement(EventLoop loop, RandomGenerator random, Runnable onDue) {
		this.loop = loop;
		this.random = random;
		this.onDue = onDue;
		this.age = new Deadline(loop);
	}

	/** Why it is due, or {@code null} where it is not. */
	@Nullable Due due() {
		return this.due;
	}

	boolean isDue(RestartReason reason) {
		return this.due != null && this.due.reason() == reason;
	}

	/**
	 * The worker says that it is not fit to go on, or more is known of that.
	 * @param why in words
	 */
	void unfit(String why) {
		this.due = new Due(RestartReason.UNFIT, why);
	}

	/** An operator restarts it. */
	void ordered() {
		if (!isDue(RestartReason.UNFIT)) {
			this.due = new Due(RestartReason.OPERATOR, "an operator asked for it");
		}
	}

	/**
	 * The worker is READY: looks at its limits from now on.
	 * @param configured those of its group
	 */
	void watch(Recycle configured) {
		this.configured = configured;
		this.watched = true;
		this.watchedSince = this.loop.nanoTime();
		this.requests = own(configured.requests());
		this.memory = own(configured.memory().toBytes());
		if (!configured.age().isZero()) {
			Duration age = Duration.ofMillis(Math.max(own(configured.age().toMillis()), Recycle.SOONEST.toMillis()));
			this.age.set(() -> reached(RestartReason.AGE,
					"it has been ready for %s (recycle.age: %s)".formatted(Text.of(age), Text.of(configured.age()))),
					age);
		}
	}

	private long own(long limit) {
		return limit - (long) (limit * JITTER * this.random.nextDouble());
	}

	/**
	 * The worker has told of itself.
	 * @param load what
	 */
	void told(WorkerLoad load) {
		// A limit that is too low would have its group fork all the time.
		if (!this.watched || this.loop.nanoTime() - this.watchedSince < Recycle.SOONEST.toNanos()) {
			return;
		}
		Long resident = load.residentSize();
		if (this.requests > 0 && load.served() >= this.requests) {
			reached(RestartReason.REQUESTS, "it has served %d requests (recycle.requests: %d)".formatted(load.served(),
					this.configured.requests()));
		}
		else if (this.memory > 0 && resident != null && resident >= this.memory) {
			reached(RestartReason.MEMORY, "it has %d KB of memory (recycle.memory: %d KB)".formatted(resident / 1024,
					this.configured.memory().toKilobytes()));
		}
	}

	private void reached(RestartReason limit, String figures) {
		cancel();
		if (this.due == null) {
			this.due = new Due(limit, figures);
			this.onDue.run();
		}
	}

	/** Looks at its limits no more. */
	void cancel() {
		this.age.cancel();
		this.watched = false;
	}

	/**
	 * That the worker is due.
	 *
	 * @param reason what kind of reason there is
	 * @param why the reason in words
	 */
	record Due(RestartReason reason, String why) {

		@Override
		public String toString() {
			String what = switch (this.reason) {
				case UNFIT -> "replaced";
				case OPERATOR -> "restarted";
				case REQUESTS, AGE, MEMORY -> "recycled";
			};
			return "to be %s: %s".formatted(what, this.why);
		}

	}

}
