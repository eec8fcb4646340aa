package io.pmboot.web.jetty;

import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.pmboot.worker.HeldThread;
import io.pmboot.worker.Traffic;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Sees every request of a Jetty, those of HTTP/2 streams included: counts it, tells the
 * gate of the thread that it takes, and makes its response the last of its connection
 * once the worker drains.
 */
final class RequestWatch extends Handler.Wrapper implements Traffic {

	/** Each of them, and the thread that it holds. */
	private final Map<Request, Optional<Thread>> requests = new ConcurrentHashMap<>();

	private final LongAdder served = new LongAdder();

	private volatile @Nullable SharedServerConnector connector;

	void use(SharedServerConnector connector) {
		this.connector = connector;
	}

	@Override
	public boolean handle(Request request, Response response, Callback callback) throws Exception {
		SharedServerConnector connector = Objects.requireNonNull(this.connector);
		if (request.getConnectionMetaData().getConnector() != connector) {
			// The worker's own.
			return super.handle(request, response, callback);
		}
		this.requests.put(request, Optional.of(Thread.currentThread()));
		Request.addCompletionListener(request, (failure) -> ended(request));
		if (request.getConnectionMetaData().getHttpVersion().getVersion() <= HttpVersion.HTTP_1_1.getVersion()) {
			request.addHttpStreamWrapper((stream) -> new LastResponseStream(stream, connector,
					request.getConnectionMetaData().getConnection().getEndPoint()));
		}
		else {
			connector.sayFarewell(request.getConnectionMetaData().getConnection().getEndPoint());
		}
		connector.gate().taskSubmitted(channel(request));
		try {
			return super.handle(request, response, callback);
		}
		finally {
			this.requests.replace(request, Optional.empty());
			connector.gate().taskEnded();
		}
	}

	private static @Nullable SocketChannel channel(Request request) {
		Object transport = request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
		return (transport instanceof SocketChannel channel) ? channel : null;
	}

	private void ended(Request request) {
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
		return this.requests.size();
	}

	@Override
	public @Nullable Long oldestSince() {
		return this.requests.keySet()
			.stream()
			.map(Request::getBeginNanoTime)
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	@Override
	public List<HeldThread> held() {
		List<HeldThread> held = new ArrayList<>();
		this.requests.forEach((request, thread) -> thread
			.ifPresent((each) -> held.add(new HeldThread(request.getBeginNanoTime(), each))));
		return held;
	}

	@Override
	public @Nullable Integer requestThreads() {
		SharedServerConnector connector = this.connector;
		return (connector != null) ? connector.gate().requestThreads() : null;
	}

}
