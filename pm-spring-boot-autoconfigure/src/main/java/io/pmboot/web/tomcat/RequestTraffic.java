package io.pmboot.web.tomcat;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.pmboot.worker.Traffic;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a Tomcat, those of HTTP/2 streams included. Counting takes no lock that
 * requests share.
 */
final class RequestTraffic implements Traffic {

	private final Set<Request> requests = ConcurrentHashMap.newKeySet();

	private final LongAdder served = new LongAdder();

	void begun(Request request) {
		// Tomcat uses the object again: its last request has ended unseen.
		if (!this.requests.add(request)) {
			this.served.increment();
		}
	}

	void ended(Request request) {
		if (this.requests.remove(request)) {
			this.served.increment();
		}
	}

	@Override
	public long served() {
		return this.served.sum();
	}

	@Override
	public int inFlight() {
		this.requests.stream().filter(RequestTraffic::isOver).forEach(this::ended);
		return this.requests.size();
	}

	@Override
	public @Nullable Long oldestSince() {
		return this.requests.stream()
			.map(Request::getStartTimeNanos)
			.filter((since) -> since >= 0)
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	// Of an asynchronous request whose client has gone Tomcat may make an end without a
	// word.
	private static boolean isOver(Request request) {
		return request.getStartTimeNanos() < 0;
	}

}
