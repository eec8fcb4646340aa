package io.pmboot.worker;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.pmboot.Answers;
import io.pmboot.WorkerLoad;
import io.pmboot.accept.Serving;
import io.pmboot.control.Frame;
import io.pmboot.loop.EventLoop;
import io.pmboot.loop.GarbageCollectors;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Tells the master at intervals that this worker lives, and how it is. Lives on the
 * control {@link EventLoop}, which no code of the application runs on: only what stops
 * the whole JVM delays a heartbeat.
 */
final class HeartbeatSender {

	/** The longest name of a score. */
	private static final int MAX_NAME = 64;

	private final EventLoop loop;

	private final Duration interval;

	/** The application's own figures, which any thread puts and reads. */
	private final Map<String, Double> scores = new HashMap<>();

	private final Function<Frame, CompletionStage<Void>> master;

	private final OwnJvm jvm = new OwnJvm();

	private final GarbageCollectors collectors = new GarbageCollectors();

	private List<Serving> servings = List.of();

	private long due;

	private boolean unsent;

	private boolean answersUnsent;

	/** How often it tells of answers between heartbeats; 0 not at all. */
	private Duration observed = Duration.ZERO;

	private EventLoop.@Nullable Timer next;

	private boolean ended;

	/**
	 * Creates a sender; nothing is sent before {@link #begin()}.
	 * @param loop the control loop
	 * @param interval how often
	 * @param master sends a frame; what it returns completes on the loop, when that is
	 * written
	 */
	HeartbeatSender(EventLoop loop, Duration interval, Function<Frame, CompletionStage<Void>> master) {
		this.loop = loop;
		this.interval = interval;
		this.master = master;
	}

	/** Sends the first heartbeat after one interval. */
	void begin() {
		this.due = this.loop.nanoTime() + this.interval.toNanos();
		this.loop.schedule(this::beat, this.interval);
	}

	/**
	 * From now on tells of requests and acceptors, too.
	 * @param servings what serves and accepts
	 */
	void watch(List<Serving> servings) {
		this.servings = List.copyOf(servings);
	}

	/**
	 * From now on tells of answers between heartbeats, too.
	 * @param interval how often; 0 no more
	 */
	void observe(Duration interval) {
		this.observed = interval;
		if (this.next != null) {
			this.next.cancel();
			this.next = null;
		}
		tellLater();
	}

	private void tellLater() {
		if (!this.observed.isZero() && !this.ended) {
			this.next = this.loop.schedule(() -> {
				tellLater();
				// Apart from heartbeats, none of which is to be left out for it.
				if (!this.unsent && !this.answersUnsent) {
					this.answersUnsent = true;
					this.master.apply(new Frame.Answered(answers()))
						.whenComplete((none, ex) -> this.answersUnsent = false);
				}
			}, this.observed);
		}
	}

	/** Sends no more: the master is gone. */
	void end() {
		this.ended = true;
		observe(Duration.ZERO);
	}

	/**
	 * Sets one of the application's own figures. May be called on any thread.
	 * @param name its name
	 * @param value its value
	 */
	void score(String name, double value) {
		Assert.hasText(name, "A score has a name that is not blank");
		Assert.isTrue(name.length() <= MAX_NAME && name.chars().noneMatch(Character::isISOControl),
				() -> "The name of a score has up to %d characters and none that controls: '%s'".formatted(MAX_NAME,
						name));
		Assert.isTrue(Double.isFinite(value),
				() -> "The score '%s' has to be a finite number, not %s".formatted(name, value));
		synchronized (this.scores) {
			Assert.isTrue(this.scores.size() < WorkerLoad.MAX_SCORES || this.scores.containsKey(name),
					() -> "There is no room for the score '%s': a worker has %d at most".formatted(name,
							WorkerLoad.MAX_SCORES));
			this.scores.put(name, value);
		}
	}

	Map<String, Double> scores() {
		synchronized (this.scores) {
			return Map.copyOf(this.scores);
		}
	}

	private void beat() {
		if (this.ended) {
			return;
		}
		Duration lag = Duration.ofNanos(Math.max(0, this.loop.nanoTime() - this.due));
		begin();
		// A master that does not read is not to find a pile.
		if (!this.unsent) {
			if (!this.answersUnsent) {
				this.master.apply(new Frame.Answered(answers()));
			}
			this.unsent = true;
			this.master.apply(new Frame.Heartbeat(load(lag))).whenComplete((none, ex) -> this.unsent = false);
		}
	}

	private Answers answers() {
		return this.servings.stream().map(Serving::answers).reduce(Answers.NONE, Answers::plus);
	}

	private WorkerLoad load(Duration lag) {
		return new WorkerLoad(this.jvm.heapUsed(), this.jvm.heapMax(), this.jvm.nonHeapUsed(), this.jvm.residentSize(),
				this.servings.stream().mapToLong(Serving::served).sum(), inFlight(), oldestInFlight(), lag,
				this.collectors.percent(), acceptors(), this.jvm.deadlockedThreads(), scores());
	}

	/**
	 * How many requests are being served.
	 * @return the number at this moment
	 */
	int inFlight() {
		return this.servings.stream().mapToInt(Serving::inFlight).sum();
	}

	// Each of several has to accept: an application on one port is as good as none to the
	// clients of another.
	private @Nullable Integer acceptors() {
		List<Integer> counts = this.servings.stream().map(Serving::acceptors).filter(Objects::nonNull).toList();
		if (counts.isEmpty()) {
			return null;
		}
		return counts.contains(0) ? 0 : counts.stream().mapToInt(Integer::intValue).sum();
	}

	private @Nullable Duration oldestInFlight() {
		long now = this.loop.nanoTime();
		return this.servings.stream()
			.map(Serving::oldestSince)
			.filter(Objects::nonNull)
			.map((since) -> Duration.ofNanos(Math.max(0, now - since)))
			.max(Comparator.naturalOrder())
			.orElse(null);
	}

}
