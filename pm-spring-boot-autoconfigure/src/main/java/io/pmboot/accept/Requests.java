package io.pmboot.accept;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

import io.pmboot.accept.Serving.HeldThread;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a server: counts those that have ended, and knows those in flight.
 * Takes no lock that requests share. Methods may be called on any thread.
 *
 * @param <R> a request
 * @since 0.1
 */
public final class Requests<R> {

	private final Map<R, InFlight> inFlight = new ConcurrentHashMap<>();

	private final LongAdder served = new LongAdder();

	private final Predicate<R> over;

	/**
	 * Creates it, having seen none, for a server that tells of each end.
	 */
	public Requests() {
		this((request) -> false);
	}

	/**
	 * Creates it, having seen none.
	 * @param over tells of a request in flight whether it has ended without a word
	 */
	public Requests(Predicate<R> over) {
		this.over = over;
	}

	/**
	 * A request has begun.
	 * @param request the request; one that has begun before, and ended unseen, is another
	 * @param since when, by {@link System#nanoTime()}
	 * @param thread the thread that it holds, or {@code null}
	 */
	public void begun(R request, long since, @Nullable Thread thread) {
		if (this.inFlight.put(request, new InFlight(since, thread)) != null) {
			this.served.increment();
		}
	}

	/**
	 * A request in flight holds another thread, or none while it waits.
	 * @param request the request
	 * @param thread the thread, or {@code null}
	 */
	public void holds(R request, @Nullable Thread thread) {
		this.inFlight.computeIfPresent(request, (same, before) -> new InFlight(before.since, thread));
	}

	/**
	 * A request has ended. Does nothing where that is known already.
	 * @param request the request
	 */
	public void ended(R request) {
		if (this.inFlight.remove(request) != null) {
			this.served.increment();
		}
	}

	long served() {
		return this.served.sum();
	}

	int inFlight() {
		this.inFlight.keySet().stream().filter(this.over).forEach(this::ended);
		return this.inFlight.size();
	}

	@Nullable Long oldestSince() {
		return this.inFlight.values().stream().map(InFlight::since).min(Comparator.naturalOrder()).orElse(null);
	}

	List<HeldThread> held() {
		List<HeldThread> held = new ArrayList<>();
		this.inFlight.forEach((request, inFlight) -> {
			Thread thread = inFlight.thread;
			if (thread != null) {
				held.add(new HeldThread(inFlight.since, thread));
			}
		});
		return held;
	}

	private record InFlight(long since, @Nullable Thread thread) {
	}

}
