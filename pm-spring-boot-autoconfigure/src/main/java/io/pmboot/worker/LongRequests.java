package io.pmboot.worker;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.pmboot.accept.Serving;
import io.pmboot.accept.Serving.HeldThread;
import io.pmboot.loop.EventLoop;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Looks for requests that hold a thread for too long. Logs each once, with what its
 * thread does, and tells when all request threads are held by such requests: then nobody
 * is served any more. Lives on the control {@link EventLoop}.
 */
final class LongRequests {

	private static final Log logger = LogFactory.getLog(LongRequests.class);

	private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

	private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

	/** With virtual threads there may be thousands. */
	private static final int LOGGED_AT_ONCE = 20;

	private final EventLoop loop;

	private final Duration max;

	private final List<Serving> servings;

	private final Consumer<String> allHeld;

	/** Runs what may wait for the log. */
	private final Executor log;

	/** Those that have been logged, as long as they run. */
	private final Set<HeldThread> logged = new HashSet<>();

	private boolean logging;

	private boolean told;

	/**
	 * Creates it; it looks at nothing before {@link #begin()}.
	 * @param loop the control loop
	 * @param max how long a request may hold a thread
	 * @param servings what serves requests
	 * @param allHeld is told once, in words, when all threads are held
	 * @param log runs what may wait for the log, not on the loop
	 */
	LongRequests(EventLoop loop, Duration max, List<Serving> servings, Consumer<String> allHeld, Executor log) {
		this.loop = loop;
		this.max = max;
		this.servings = List.copyOf(servings);
		this.allHeld = allHeld;
		this.log = log;
	}

	/** Looks for the first time after an interval, and then again and again. */
	void begin() {
		this.loop.schedule(this::look, interval());
	}

	private Duration interval() {
		Duration quarter = this.max.dividedBy(4);
		if (quarter.compareTo(SHORTEST_INTERVAL) < 0) {
			return SHORTEST_INTERVAL;
		}
		return (quarter.compareTo(LONGEST_INTERVAL) > 0) ? LONGEST_INTERVAL : quarter;
	}

	private void look() {
		begin();
		long now = this.loop.nanoTime();
		Set<HeldThread> found = new HashSet<>();
		for (Serving each : this.servings) {
			List<HeldThread> held = each.held()
				.stream()
				.filter((request) -> now - request.since() > this.max.toNanos())
				.toList();
			found.addAll(held);
			Integer threads = each.requestThreads();
			if (threads != null && held.size() >= Math.max(1, threads) && !this.told) {
				this.told = true;
				this.allHeld.accept("all its %d request threads are held by requests that run for longer than %d ms"
					.formatted(threads, this.max.toMillis()));
			}
		}
		this.logged.retainAll(found);
		found.removeAll(this.logged);
		if (!found.isEmpty() && !this.logging) {
			log(found.stream()
				.sorted(Comparator.comparingLong((request) -> request.since() - now))
				.limit(LOGGED_AT_ONCE)
				.toList());
		}
	}

	private void log(List<HeldThread> requests) {
		this.log.execute(() -> {
			try {
				// All stacks first: the log may wait for its reader.
				requests.stream().map(this::text).toList().forEach(logger::warn);
			}
			finally {
				this.loop.execute(() -> this.logging = false);
			}
		});
		this.logging = true;
		this.logged.addAll(requests);
	}

	private String text(HeldThread request) {
		String stack = Arrays.stream(request.thread().getStackTrace())
			.map((frame) -> "\n\tat " + frame)
			.collect(Collectors.joining());
		return "A request holds its thread for %d ms by now, longer than max-request-time (%d ms). %s is here:%s"
			.formatted(Duration.ofNanos(this.loop.nanoTime() - request.since()).toMillis(), this.max.toMillis(),
					name(request.thread()), stack);
	}

	// Virtual threads have none.
	private static String name(Thread thread) {
		return thread.getName().isEmpty() ? "Thread " + thread.getId() : thread.getName();
	}

}
