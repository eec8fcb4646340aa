package io.pmboot.web.tomcat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.pmboot.web.AcceptGate;
import io.pmboot.worker.HeldThread;
import io.pmboot.worker.Traffic;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a Tomcat, those of HTTP/2 streams included. Counting takes no lock that
 * requests share.
 */
final class RequestTraffic implements Traffic {

	/** Each of them, and the thread that it holds. */
	private final Map<Request, Optional<Thread>> requests = new ConcurrentHashMap<>();

	private final LongAdder served = new LongAdder();

	private volatile @Nullable AcceptGate gate;

	/**
	 * Its server's threads.
	 * @param gate knows them
	 */
	void use(AcceptGate gate) {
		this.gate = gate;
	}

	void begun(Request request) {
		// Tomcat uses the object again: its last request has ended unseen.
		if (this.requests.put(request, Optional.of(Thread.currentThread())) != null) {
			this.served.increment();
		}
	}

	/**
	 * An asynchronous request has a thread again.
	 * @param request the request
	 */
	void dispatched(Request request) {
		this.requests.replace(request, Optional.of(Thread.currentThread()));
	}

	/**
	 * A request waits without a thread.
	 * @param request the request
	 */
	void waits(Request request) {
		this.requests.replace(request, Optional.empty());
	}

	void ended(Request request) {
		if (this.requests.remove(request) != null) {
			this.served.increment();
		}
	}

	@Override
	public long served() {
		return this.served.sum();
	}

	@Override
	public int inFlight() {
		this.requests.keySet().stream().filter(RequestTraffic::isOver).forEach(this::ended);
		return this.requests.size();
	}

	@Override
	public @Nullable Long oldestSince() {
		return this.requests.keySet()
			.stream()
			.map(Request::getStartTimeNanos)
			.filter((since) -> since >= 0)
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	@Override
	public List<HeldThread> held() {
		List<HeldThread> held = new ArrayList<>();
		this.requests.forEach((request, thread) -> {
			long since = request.getStartTimeNanos();
			if (since >= 0) {
				thread.ifPresent((each) -> held.add(new HeldThread(since, each)));
			}
		});
		return held;
	}

	@Override
	public @Nullable Integer requestThreads() {
		AcceptGate gate = this.gate;
		return (gate != null) ? gate.requestThreads() : null;
	}

	// Of an asynchronous request whose client has gone Tomcat may make an end without a
	// word.
	private static boolean isOver(Request request) {
		return request.getStartTimeNanos() < 0;
	}

}
