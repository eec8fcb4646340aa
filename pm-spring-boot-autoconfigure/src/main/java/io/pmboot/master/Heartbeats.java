package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import io.pmboot.Answers;
import io.pmboot.Heartbeat;
import io.pmboot.WorkerLoad;
import io.pmboot.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What the heartbeats of one worker tell. While it is READY, looks at intervals whether
 * it is hung; one that starts or drains has a time limit anyway.
 */
final class Heartbeats {

	/** What heartbeats tell is believed when so many in a row do. */
	static final int TIMES = 3;

	private final EventLoop loop;

	private final Deadline next;

	/** What the last heartbeats told. */
	private final Deque<WorkerLoad> loads = new ArrayDeque<>();

	private @Nullable Heartbeat last;

	private Answers answers = Answers.NONE;

	private long heardAt;

	private long lookedAt;

	Heartbeats(EventLoop loop) {
		this.loop = loop;
		this.next = new Deadline(loop);
	}

	void received(WorkerLoad load) {
		expect();
		Answers before = (this.last != null) ? this.last.answers() : Answers.NONE;
		this.last = new Heartbeat(this.loop.instant(), load, this.answers, this.answers.minus(before));
		this.loads.add(load);
		if (this.loads.size() > TIMES) {
			this.loads.remove();
		}
	}

	/**
	 * The worker has told what it has answered.
	 * @param answers since it started
	 * @return since it told that before
	 */
	Answers received(Answers answers) {
		Answers since = answers.minus(this.answers);
		this.answers = answers;
		return since;
	}

	/** Counts from now: what was missed up to here is nobody's fault. */
	private void expect() {
		this.heardAt = this.loop.nanoTime();
	}

	/**
	 * The worker is READY: looks from now on.
	 * @param settings what is expected of it
	 * @param onHung receives what tells that it is hung
	 */
	void watch(GroupSettings settings, Consumer<String> onHung) {
		expect();
		if (settings.properties().maxHeartbeatLost() > 0) {
			lookLater(settings, onHung);
		}
	}

	/** Looks no more. */
	void cancel() {
		this.next.cancel();
	}

	private void lookLater(GroupSettings settings, Consumer<String> onHung) {
		this.lookedAt = this.loop.nanoTime();
		this.next.set(() -> look(settings, onHung), settings.heartbeatInterval());
	}

	private void look(GroupSettings settings, Consumer<String> onHung) {
		long now = this.loop.nanoTime();
		Duration late = Duration.ofNanos(now - this.lookedAt).minus(settings.heartbeatInterval());
		lookLater(settings, onHung);
		if (late.compareTo(settings.heartbeatInterval()) > 0) {
			// This master was stopped, or starved: heartbeats may wait unread.
			expect();
			return;
		}
		this.heardAt = Math.min(now, this.heardAt + late.toNanos());
		String symptom = symptom(settings);
		if (symptom != null) {
			onHung.accept(symptom);
		}
	}

	private @Nullable String symptom(GroupSettings settings) {
		int maxLost = settings.properties().maxHeartbeatLost();
		Duration silent = Duration.ofNanos(this.loop.nanoTime() - this.heardAt);
		if (silent.compareTo(settings.heartbeatInterval().multipliedBy(maxLost + 1L)) >= 0) {
			return "no heartbeat for %s (%d missed)".formatted(Text.of(silent), maxLost);
		}
		if (this.loads.size() < TIMES) {
			return null;
		}
		List<String> deadlocked = this.loads.getLast().deadlockedThreads();
		if (!deadlocked.isEmpty()
				&& this.loads.stream().allMatch((load) -> load.deadlockedThreads().equals(deadlocked))) {
			return "its threads %s wait for each other".formatted(String.join(", ", deadlocked));
		}
		if (this.loads.stream().allMatch((load) -> Integer.valueOf(0).equals(load.acceptors()))) {
			return "no thread of it accepts connections, or nobody would serve them";
		}
		int maxCollecting = settings.properties().maxGcPercent();
		int least = this.loads.stream().mapToInt(WorkerLoad::collecting).min().orElse(0);
		return (maxCollecting > 0 && least >= maxCollecting)
				? "its garbage collector took %d %% of the time or more, for %d heartbeats".formatted(least, TIMES)
				: null;
	}

	@Nullable Heartbeat last() {
		return this.last;
	}

}
