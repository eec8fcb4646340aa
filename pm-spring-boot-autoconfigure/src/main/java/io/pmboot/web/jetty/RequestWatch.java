package io.pmboot.web.jetty;

import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

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

	private final Set<Request> requests = ConcurrentHashMap.newKeySet();

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
		this.requests.add(request);
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
			connector.gate().taskEnded();
		}
	}

	private static @Nullable SocketChannel channel(Request request) {
		Object transport = request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
		return (transport instanceof SocketChannel channel) ? channel : null;
	}

	private void ended(Request request) {
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
		return this.requests.size();
	}

	@Override
	public @Nullable Long oldestSince() {
		return this.requests.stream().map(Request::getBeginNanoTime).min(Comparator.naturalOrder()).orElse(null);
	}

}
