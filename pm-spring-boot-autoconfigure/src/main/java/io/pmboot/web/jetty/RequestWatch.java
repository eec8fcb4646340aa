package io.pmboot.web.jetty;

import java.nio.channels.SocketChannel;

import io.pmboot.accept.Gate;
import io.pmboot.accept.Requests;
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
final class RequestWatch extends Handler.Wrapper {

	private final SharedServerConnector connector;

	private final Requests<Request> requests;

	private final Gate gate;

	RequestWatch(SharedServerConnector connector, SharedJetty server) {
		this.connector = connector;
		this.requests = server.requests();
		this.gate = server.gate();
	}

	@Override
	public boolean handle(Request request, Response response, Callback callback) throws Exception {
		SharedServerConnector connector = this.connector;
		if (request.getConnectionMetaData().getConnector() != connector) {
			// The worker's own.
			return super.handle(request, response, callback);
		}
		this.requests.begun(request, request.getBeginNanoTime(), Thread.currentThread());
		Request.addCompletionListener(request, (failure) -> this.requests.ended(request));
		if (request.getConnectionMetaData().getHttpVersion().getVersion() <= HttpVersion.HTTP_1_1.getVersion()) {
			request.addHttpStreamWrapper((stream) -> new LastResponseStream(stream, connector,
					request.getConnectionMetaData().getConnection().getEndPoint()));
		}
		else {
			connector.sayFarewell(request.getConnectionMetaData().getConnection().getEndPoint());
		}
		this.gate.taskSubmitted(channel(request));
		try {
			return super.handle(request, response, callback);
		}
		finally {
			this.requests.holds(request, null);
			this.gate.taskEnded();
		}
	}

	private static @Nullable SocketChannel channel(Request request) {
		Object transport = request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
		return (transport instanceof SocketChannel channel) ? channel : null;
	}

}
