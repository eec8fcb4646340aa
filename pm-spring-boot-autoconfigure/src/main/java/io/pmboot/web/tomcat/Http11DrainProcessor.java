package io.pmboot.web.tomcat;

import java.io.IOException;

import io.pmboot.socket.AdoptedListener;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Knows, while it serves a request, whether the next one of a client that pipelines has
 * been received already: that one is to be answered before the connection ends.
 */
final class Http11DrainProcessor extends Http11Processor {

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
	 * Whether nothing had been received after a request when its header had been read.
	 * @param request a request
	 * @return whether it is the last, as far as is known
	 */
	static boolean isLast(Request request) {
		return !(request.getNote(NOTE) instanceof Http11DrainProcessor processor) || !processor.followed;
	}

	/**
	 * Whether nothing has been received after the request whose header was read.
	 * @return whether it is the last, as far as is known
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
		if (isLengthUnknown() || this.request.getContentLengthLong() > 0
				|| !(getSocketWrapper().getSocket() instanceof NioChannel channel)) {
			return false;
		}
		try {
			return AdoptedListener.available(channel.getIOChannel()) > 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private boolean isLengthUnknown() {
		return this.request.getMimeHeaders().getHeader("Transfer-Encoding") != null;
	}

}
