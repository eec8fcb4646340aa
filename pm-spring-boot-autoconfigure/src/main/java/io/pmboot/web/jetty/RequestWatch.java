package io.pmboot.web.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeoutException;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Sees every request of a Jetty, those of HTTP/2 streams included: counts it, tells the
 * gate of the thread that it takes, and makes its response the last of its connection
 * once the worker drains.
 */
final class RequestWatch extends Handler.Wrapper {

	private final SharedServerConnector connector;

	private final SharedJetty server;

	RequestWatch(SharedServerConnector connector, SharedJetty server) {
		this.connector = connector;
		this.server = server;
	}

	@Override
	public boolean handle(Request request, Response response, Callback callback) throws Exception {
		ConnectionMetaData connection = request.getConnectionMetaData();
		if (connection.getConnector() != this.connector) {
			// The worker's own.
			return super.handle(request, response, callback);
		}
		EndPoint endPoint = connection.getConnection().getEndPoint();
		this.server.requestBegun(request, request.getBeginNanoTime(), Thread.currentThread());
		if (connection.getHttpVersion().getVersion() <= HttpVersion.HTTP_1_1.getVersion()) {
			request.addHttpStreamWrapper((stream) -> new Http1Stream(stream, request, endPoint));
		}
		else {
			request.addHttpStreamWrapper((stream) -> new WatchedStream(stream, request));
			this.server.sayFarewell(endPoint);
		}
		this.server.gate().taskSubmitted((endPoint.getTransport() instanceof SocketChannel channel) ? channel : null);
		try {
			return super.handle(request, response, callback);
		}
		finally {
			this.server.requestHolds(request, null);
			this.server.gate().taskEnded();
		}
	}

	/**
	 * One request and response, to its end.
	 */
	private class WatchedStream extends HttpStream.Wrapper {

		private final Request request;

		private volatile int status;

		WatchedStream(HttpStream stream, Request request) {
			super(stream);
			this.request = request;
		}

		@Override
		public void send(MetaData.Request request, MetaData.@Nullable Response response, boolean last,
				@Nullable ByteBuffer content, Callback callback) {
			if (response != null) {
				this.status = response.getStatus();
			}
			super.send(request, response, last, content, callback);
		}

		@Override
		public void succeeded() {
			ended(false);
			super.succeeded();
		}

		// What fails by I/O, by its time or by being no request, fails by its client.
		@Override
		public void failed(Throwable failure) {
			boolean ofClient = failure instanceof IOException || failure instanceof TimeoutException
					|| (failure instanceof HttpException http && http.getCode() < HttpStatus.INTERNAL_SERVER_ERROR_500);
			ended(!ofClient);
			super.failed(failure);
		}

		private void ended(boolean failed) {
			RequestWatch.this.server.requestEnded(this.request,
					failed || this.status >= HttpStatus.INTERNAL_SERVER_ERROR_500);
		}

	}

	/**
	 * One request and response of HTTP/1.1 that announces the end of its connection where
	 * the worker drains by the time that the header is sent.
	 */
	private final class Http1Stream extends WatchedStream {

		private final EndPoint endPoint;

		private volatile boolean announced;

		Http1Stream(HttpStream stream, Request request, EndPoint endPoint) {
			super(stream, request);
			this.endPoint = endPoint;
		}

		@Override
		public void send(MetaData.Request request, MetaData.@Nullable Response response, boolean last,
				@Nullable ByteBuffer content, Callback callback) {
			MetaData.Response sent = response;
			if (response != null && response.getStatus() >= HttpStatus.OK_200 && RequestWatch.this.server.isDraining()
					&& (RequestWatch.this.connector.isShutdown() || !isFollowed(request))) {
				this.announced = true;
				sent = last(request, response, last);
			}
			super.send(request, sent, last, content, callback);
		}

		@Override
		public void succeeded() {
			super.succeeded();
			if (this.announced || RequestWatch.this.connector.isShutdown()) {
				// Jetty ends its own side alone, and leaves it to the client to close.
				this.endPoint.setIdleTimeout(RequestWatch.this.connector.getShutdownIdleTimeout());
			}
		}

		/**
		 * Whether the client has sent another request behind this one already, which is
		 * to be answered before the connection ends.
		 */
		private boolean isFollowed(MetaData.Request request) {
			if (!(SharedJetty.connection(this.endPoint) instanceof HttpConnection http)) {
				return false;
			}
			HttpFields fields = request.getHttpFields();
			boolean read = http.getParser().isComplete() || (fields.getLongField(HttpHeader.CONTENT_LENGTH) <= 0
					&& !fields.contains(HttpHeader.TRANSFER_ENCODING));
			return read && (!http.isRequestBufferEmpty() || SharedJetty.hasInput(this.endPoint));
		}

		private static MetaData.Response last(MetaData.Request request, MetaData.Response response, boolean complete) {
			HttpFields.Mutable fields = HttpFields.build(response.getHttpFields());
			fields.put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
			if (!complete && hasBodyOfUnknownLength(request, response)) {
				// Otherwise its end would be that of the connection: what is cut would
				// look whole.
				fields.put(new HttpField(HttpHeader.TRANSFER_ENCODING, HttpHeaderValue.CHUNKED));
			}
			return new MetaData.Response(response.getStatus(), response.getReason(), response.getHttpVersion(), fields,
					response.getContentLength(), response.getTrailersSupplier());
		}

		private static boolean hasBodyOfUnknownLength(MetaData.Request request, MetaData.Response response) {
			return request.getHttpVersion() == HttpVersion.HTTP_1_1 && response.getContentLength() < 0
					&& !response.getHttpFields().contains(HttpHeader.CONTENT_LENGTH)
					&& !HttpMethod.HEAD.is(request.getMethod()) && !HttpStatus.hasNoBody(response.getStatus());
		}

	}

}
