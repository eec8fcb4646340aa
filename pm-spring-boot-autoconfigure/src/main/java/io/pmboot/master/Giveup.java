package io.pmboot.master;

import java.time.Instant;
import java.util.List;

import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Whether a group has given up, and the one timer that ends this.
 */
final class Giveup {

	private final Outside outside;

	private final Runnable resume;

	private GroupSettings settings;

	private RestartIntensity intensity;

	private ForkRetries retries;

	private EventLoop.@Nullable Timer pause;

	private @Nullable String reason;

	private String lastFailure = "unknown";

	Giveup(GroupSettings settings, Outside outside, Runnable resume) {
		this.settings = settings;
		this.outside = outside;
		this.resume = resume;
		this.intensity = intensity(settings);
		this.retries = retries(settings);
	}

	private ForkRetries retries(GroupSettings settings) {
		return new ForkRetries(settings.maxFatalRestart(), RestartIntensity.window(settings.pauseAfterFatal()),
				this.outside.loop());
	}

	private static RestartIntensity intensity(GroupSettings settings) {
		return new RestartIntensity(settings.maxFatalRestart(), settings.pauseAfterFatal());
	}

	/**
	 * Begins with a clean record.
	 * @param settings what the group is to be from now on
	 */
	void configured(GroupSettings settings) {
		this.settings = settings;
		this.intensity = intensity(settings);
		this.retries.reset();
		this.retries = retries(settings);
	}

	/**
	 * A worker exited fatally.
	 * @param exit the exit
	 * @param worker the worker
	 */
	void fatalExit(WorkerExitedEvent exit, WorkerHandle worker) {
		if (pausing()) {
			return;
		}
		this.lastFailure = "%s-%d, %s".formatted(exit.worker().group(), exit.worker().index(),
				ExitText.of(worker, exit));
		if (worker.neverRan()) {
			if (!this.retries.failed(exit, this.resume)) {
				begin(this.retries.count(), this.retries.last());
			}
			return;
		}
		// A JVM ran: what kept others from it is over.
		this.retries.reset();
		long now = this.outside.loop().nanoTime();
		if (worker.wasReady()) {
			this.intensity.exitedAfterReady(exit, now);
		}
		else {
			this.intensity.exitedBeforeReady(exit);
		}
		if (this.intensity.exceeded(now)) {
			List<WorkerExitedEvent> counted = this.intensity.counted();
			begin(counted.size(), counted);
		}
	}

	private void begin(int count, List<WorkerExitedEvent> exits) {
		this.retries.reset();
		Instant until = this.outside.loop().instant().plus(this.settings.pauseAfterFatal());
		this.reason = "%d fatal exits, forks again at %s; the last was %s".formatted(count, until, this.lastFailure);
		this.pause = this.outside.loop().schedule(this::end, this.settings.pauseAfterFatal());
		this.outside.events().accept(new GiveupEvent(this.settings.name(), exits, this.settings.pauseAfterFatal()));
	}

	/** A worker of the group got ready. */
	void ready() {
		this.intensity.ready();
		boolean waiting = this.retries.isWaiting();
		this.retries.reset();
		if (waiting) {
			this.resume.run();
		}
	}

	/** Ends the pause, if there is one, with a clean record. */
	void end() {
		boolean held = holds();
		cancel();
		this.intensity.reset();
		if (held) {
			this.resume.run();
		}
	}

	void cancel() {
		this.retries.reset();
		if (this.pause != null) {
			this.pause.cancel();
			this.pause = null;
			this.reason = null;
		}
	}

	boolean pausing() {
		return this.pause != null;
	}

	/**
	 * Whether nothing is to be forked now.
	 * @return whether the group has given up, or waits before it tries again
	 */
	boolean holds() {
		return pausing() || this.retries.isWaiting();
	}

	/**
	 * Why nothing is forked now.
	 * @return the reason, or {@code null} where that is not so
	 */
	@Nullable String reason() {
		return this.retries.isWaiting() ? "%d forks failed, tries again at %s; the last was %s"
			.formatted(this.retries.count(), this.retries.nextAt(), this.lastFailure) : this.reason;
	}

}
