package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.Heartbeat;
import io.pmboot.WorkerLoad;
import org.jspecify.annotations.Nullable;

/**
 * What the heartbeats of one worker tell.
 */
final class Pulse {

	/** A deadlock is believed when so many heartbeats in a row tell of the same. */
	static final int SAME_DEADLOCK = 3;

	private final EventLoop loop;

	private @Nullable Heartbeat last;

	private long heardAt;

	private List<String> deadlocked = List.of();

	private int timesDeadlocked;

	Pulse(EventLoop loop) {
		this.loop = loop;
	}

	void beat(WorkerLoad load) {
		expect();
		this.last = new Heartbeat(this.loop.instant(), load);
		this.timesDeadlocked = load.deadlockedThreads().equals(this.deadlocked) ? this.timesDeadlocked + 1 : 1;
		this.deadlocked = load.deadlockedThreads();
	}

	/** Counts from now: what was missed up to here is nobody's fault. */
	void expect() {
		this.heardAt = this.loop.nanoTime();
	}

	/**
	 * Does not count some time in which this master heard nobody.
	 * @param time the time, up to now
	 */
	void excuse(Duration time) {
		this.heardAt = Math.min(this.loop.nanoTime(), this.heardAt + time.toNanos());
	}

	/**
	 * Whether the worker is hung.
	 * @param settings what is expected of it
	 * @return what tells so, or {@code null} where nothing does
	 */
	@Nullable String symptom(HeartbeatSettings settings) {
		if (!settings.isJudged()) {
			return null;
		}
		Duration silent = Duration.ofNanos(this.loop.nanoTime() - this.heardAt);
		if (silent.compareTo(settings.allowance()) >= 0) {
			return "no heartbeat for %s (%d missed)".formatted(Text.of(silent), settings.maxLost());
		}
		if (!this.deadlocked.isEmpty() && this.timesDeadlocked >= SAME_DEADLOCK) {
			return "its threads %s wait for each other".formatted(String.join(", ", this.deadlocked));
		}
		return null;
	}

	@Nullable Heartbeat last() {
		return this.last;
	}

}
