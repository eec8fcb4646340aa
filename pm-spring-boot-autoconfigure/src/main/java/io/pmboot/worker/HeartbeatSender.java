package io.pmboot.worker;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.pmboot.WorkerLoad;
import io.pmboot.accept.Serving;
import io.pmboot.control.Message;
import io.pmboot.loop.EventLoop;
import io.pmboot.loop.GarbageCollectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells the master at intervals that this worker lives, and how it is. Lives on the
 * control {@link EventLoop}, which no code of the application runs on: only what stops
 * the whole JVM delays a heartbeat.
 */
final class HeartbeatSender {

	private final EventLoop loop;

	private final Duration interval;

	private final Scores scores;

	private final Function<Message, CompletionStage<Void>> master;

	private final OwnJvm jvm = new OwnJvm();

	private final GarbageCollectors collectors = new GarbageCollectors();

	private List<Serving> servings = List.of();

	private long due;

	private boolean unsent;

	private boolean ended;

	/**
	 * Creates a sender; nothing is sent before {@link #begin()}.
	 * @param loop the control loop
	 * @param interval how often
	 * @param scores the application's scores
	 * @param master sends a message; what it returns completes on the loop, when that is
	 * written
	 */
	HeartbeatSender(EventLoop loop, Duration interval, Scores scores, Function<Message, CompletionStage<Void>> master) {
		this.loop = loop;
		this.interval = interval;
		this.scores = scores;
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

	/** Sends no more: the master is gone. */
	void end() {
		this.ended = true;
	}

	private void beat() {
		if (this.ended) {
			return;
		}
		Duration lag = Duration.ofNanos(Math.max(0, this.loop.nanoTime() - this.due));
		begin();
		// A master that does not read is not to find a pile.
		if (!this.unsent) {
			WorkerLoad load = load(lag);
			this.unsent = true;
			this.master.apply(new Message.Heartbeat(load)).whenComplete((none, ex) -> this.unsent = false);
		}
	}

	private WorkerLoad load(Duration lag) {
		return new WorkerLoad(this.jvm.heapUsed(), this.jvm.heapMax(), this.jvm.nonHeapUsed(), this.jvm.residentSize(),
				this.servings.stream().mapToLong(Serving::served).sum(), inFlight(), oldestInFlight(), lag,
				this.collectors.percent(), acceptors(), this.jvm.deadlockedThreads(), this.scores.all());
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
