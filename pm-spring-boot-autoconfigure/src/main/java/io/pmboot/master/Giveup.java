package io.pmboot.master;

import java.time.Instant;
import java.util.List;

import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerExitedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Whether a group has given up, and the one timer that ends this.
 */
final class Giveup {

	private final Outside outside;

	private final Runnable resume;

	private GroupSettings settings;

	private RestartIntensity intensity;

	private EventLoop.@Nullable Timer pause;

	private @Nullable String reason;

	Giveup(GroupSettings settings, Outside outside, Runnable resume) {
		this.settings = settings;
		this.outside = outside;
		this.resume = resume;
		this.intensity = intensity(settings);
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
	}

	void fatalExit(WorkerExitedEvent exit, boolean wasReady) {
		if (pausing()) {
			return;
		}
		long now = this.outside.loop().nanoTime();
		if (wasReady) {
			this.intensity.exitedAfterReady(exit, now);
		}
		else {
			this.intensity.exitedBeforeReady(exit);
		}
		if (this.intensity.exceeded(now)) {
			begin(exit);
		}
	}

	private void begin(WorkerExitedEvent last) {
		List<WorkerExitedEvent> counted = this.intensity.counted();
		Instant until = this.outside.loop().instant().plus(this.settings.pauseAfterFatal());
		this.reason = "%d fatal exits, the last of %s-%d with %s; forks again at %s".formatted(counted.size(),
				last.worker().group(), last.worker().index(), last.worker().reason(), until);
		this.pause = this.outside.loop().schedule(this::end, this.settings.pauseAfterFatal());
		this.outside.events().accept(new GiveupEvent(this.settings.name(), counted, this.settings.pauseAfterFatal()));
	}

	/** A worker of the group got ready. */
	void ready() {
		this.intensity.ready();
	}

	/** Ends the pause, if there is one, with a clean record. */
	void end() {
		boolean pausing = pausing();
		cancel();
		this.intensity.reset();
		if (pausing) {
			this.resume.run();
		}
	}

	void cancel() {
		if (this.pause != null) {
			this.pause.cancel();
			this.pause = null;
			this.reason = null;
		}
	}

	boolean pausing() {
		return this.pause != null;
	}

	@Nullable String reason() {
		return this.reason;
	}

}
