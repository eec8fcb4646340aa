package io.pmboot.web.tomcat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.SharedWebServer;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.UpgradeProtocol;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * HTTP on listeners that this worker shares with others. Public because Tomcat makes it
 * by its name; not for use by applications.
 */
public class SharedHttp11NioProtocol extends Http11NioProtocol {

	private final SharedNioEndpoint endpoint;

	private @Nullable SharedTomcat server;

	private @Nullable Adapter counting;

	/**
	 * Creates the protocol, without listeners.
	 */
	public SharedHttp11NioProtocol() {
		this(new SharedNioEndpoint());
	}

	private SharedHttp11NioProtocol(SharedNioEndpoint endpoint) {
		super(endpoint);
		this.endpoint = endpoint;
	}

	/**
	 * Accepts for a worker; to be called before Tomcat sets its adapter.
	 * @param server the worker's Tomcat
	 * @param connector what has this protocol
	 */
	void setServer(SharedTomcat server, Connector connector) {
		this.server = server;
		this.counting = new CountingAdapter(connector, server);
		this.endpoint.setServer(server);
	}

	SharedNioEndpoint endpoint() {
		return this.endpoint;
	}

	@Override
	public void setAdapter(Adapter adapter) {
		super.setAdapter((this.counting != null) ? this.counting : adapter);
	}

	@Override
	public void addUpgradeProtocol(UpgradeProtocol upgradeProtocol) {
		if (upgradeProtocol instanceof Http2Protocol http2 && http2.getDrainTimeout() == 0) {
			http2.setDrainTimeout(SharedWebServer.GOAWAY.toNanos());
		}
		super.addUpgradeProtocol(upgradeProtocol);
	}

	@Override
	protected Processor createProcessor() {
		return new Http11DrainProcessor(this, getAdapter());
	}

	/**
	 * Asked for each request, by the thread that serves it. One request at most makes its
	 * response announce the end of the connection.
	 */
	@Override
	public int getMaxKeepAliveRequests() {
		Http11DrainProcessor processor = Http11DrainProcessor.headerRead();
		return (isDraining() && (processor == null || processor.isLast())) ? 1 : super.getMaxKeepAliveRequests();
	}

	private boolean isDraining() {
		return this.server != null && this.server.isDraining();
	}

	/**
	 * Called for each response with a body before its header is written, which makes it
	 * the place to announce the end of the connection in a response to a request that was
	 * in flight when the drain began: for that one Tomcat has decided to keep the
	 * connection. Not where the length is unknown, because the body would then be
	 * delimited by the end of the connection.
	 */
	@Override
	public boolean useCompression(Request request, Response response) {
		boolean compress = super.useCompression(request, response);
		if (isDraining() && Http11DrainProcessor.isLast(request) && response.getContentLengthLong() >= 0
				&& request.protocol().startsWithIgnoreCase("HTTP/1", 0)) {
			response.setHeader("Connection", "close");
		}
		return compress;
	}

	/**
	 * Tomcat's way from a connection into the application, with each request counted from
	 * its begin to its end: for an asynchronous one that is when Tomcat dispatches it for
	 * the last time.
	 */
	private static final class CountingAdapter extends CoyoteAdapter {

		private final SharedTomcat server;

		CountingAdapter(Connector connector, SharedTomcat server) {
			super(connector);
			this.server = server;
		}

		@Override
		public void service(Request request, Response response) throws Exception {
			long since = request.getStartTimeNanos();
			this.server.requestBegun(request, (since >= 0) ? since : System.nanoTime(), Thread.currentThread());
			try {
				super.service(request, response);
			}
			finally {
				endUnlessAsynchronous(request, response);
			}
		}

		@Override
		public boolean asyncDispatch(Request request, Response response, SocketEvent status) throws Exception {
			this.server.requestHolds(request, Thread.currentThread());
			try {
				return super.asyncDispatch(request, response, status);
			}
			finally {
				endUnlessAsynchronous(request, response);
			}
		}

		private void endUnlessAsynchronous(Request request, Response response) {
			AtomicBoolean asynchronous = new AtomicBoolean();
			request.action(ActionCode.ASYNC_IS_ASYNC, asynchronous);
			if (asynchronous.get()) {
				this.server.requestHolds(request, null);
			}
			else {
				this.server.requestEnded(request, hasFailed(response));
			}
		}

		// An error after an answer has begun cuts it short. Where Tomcat has an
		// exception, that is of a client which takes no more.
		private static boolean hasFailed(Response response) {
			int status = response.getStatus();
			return !response.isExceptionPresent() && (status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR
					|| (response.isError() && response.isCommitted() && status < HttpServletResponse.SC_BAD_REQUEST));
		}

	}

	/**
	 * Knows, while it serves a request, whether the next one of a client that pipelines
	 * has been received already: that one is to be answered before the connection ends.
	 */
	private static final class Http11DrainProcessor extends Http11Processor {

		/** One of those that Tomcat leaves to connectors. */
		private static final int NOTE = 9;

		private static final ThreadLocal<@Nullable Http11DrainProcessor> serving = new ThreadLocal<>();

		private volatile boolean followed;

		Http11DrainProcessor(SharedHttp11NioProtocol protocol, Adapter adapter) {
			super(protocol, adapter);
		}

		@Override
		public SocketState service(SocketWrapperBase<?> socketWrapper) throws IOException {
			this.request.setNote(NOTE, this);
			serving.set(this);
			try {
				return super.service(socketWrapper);
			}
			finally {
				serving.remove();
			}
		}

		/**
		 * This thread has just read the header of a request.
		 * @return what serves it, or {@code null} where it is another thread
		 */
		static @Nullable Http11DrainProcessor headerRead() {
			Http11DrainProcessor processor = serving.get();
			if (processor != null) {
				processor.followed = processor.hasReadMore();
			}
			return processor;
		}

		/**
		 * Whether nothing had been received after a request when its header had been
		 * read: it is the last, as far as is known.
		 */
		static boolean isLast(Request request) {
			return !(request.getNote(NOTE) instanceof Http11DrainProcessor processor) || !processor.followed;
		}

		/**
		 * Whether nothing has been received after the request whose header was read: it
		 * is the last, as far as is known.
		 */
		boolean isLast() {
			return !this.followed && !isMoreOnItsWay();
		}

		// A body whose length is unknown is taken for all that there is.
		private boolean hasReadMore() {
			return this.request.getInputBuffer() instanceof Http11InputBuffer input
					&& input.getByteBuffer().remaining() > Math.max(0, this.request.getContentLengthLong())
					&& !isLengthUnknown();
		}

		// A connection that is closed with input unread is reset, and the response lost.
		private boolean isMoreOnItsWay() {
			return !isLengthUnknown() && this.request.getContentLengthLong() <= 0
					&& getSocketWrapper().getSocket() instanceof NioChannel channel
					&& AdoptedListener.hasInput(channel.getIOChannel());
		}

		private boolean isLengthUnknown() {
			return this.request.getMimeHeaders().getHeader("Transfer-Encoding") != null;
		}

	}

}
