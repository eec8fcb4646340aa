package io.pmboot.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;

import io.pmboot.accept.Spread;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;

/**
 * Ends the event streams (Server-Sent Events) of a worker that drains, between two events
 * and as their protocol has it, so that their clients come back at once. What the
 * application writes to one afterwards fails as if the client had gone.
 *
 * @since 0.1
 */
public final class EventStreamFilter extends EventStreams<EventStream> implements Filter {

	/**
	 * Creates the filter of a worker.
	 * @param spread when each stream ends
	 */
	public EventStreamFilter(Spread spread) {
		super(spread, EventStream::end);
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (!(response instanceof HttpServletResponse http)) {
			chain.doFilter(request, response);
			return;
		}
		Response watched = new Response(request, http);
		try {
			chain.doFilter(request, watched);
		}
		finally {
			watched.returned();
		}
	}

	/**
	 * A response that may become a stream of events, which is known when its body begins.
	 */
	final class Response extends HttpServletResponseWrapper implements AsyncListener {

		private final ServletRequest request;

		private volatile @Nullable EventStream stream;

		private @Nullable PrintWriter writer;

		Response(ServletRequest request, HttpServletResponse response) {
			super(response);
			this.request = request;
		}

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			EventStream stream = this.stream;
			if (stream == null && isEventStream()) {
				stream = new EventStream(this.request, super.getOutputStream());
				this.stream = stream;
				begun(stream);
			}
			return (stream != null) ? stream : super.getOutputStream();
		}

		@Override
		public PrintWriter getWriter() throws IOException {
			if (!isEventStream()) {
				return super.getWriter();
			}
			PrintWriter writer = this.writer;
			if (writer == null) {
				writer = new PrintWriter(new EventStreamWriter(getOutputStream(), getCharacterEncoding()));
				this.writer = writer;
			}
			return writer;
		}

		// The container's response may be another one by now.
		@Override
		public void flushBuffer() throws IOException {
			EventStream stream = this.stream;
			if (stream != null) {
				stream.flush();
			}
			else {
				super.flushBuffer();
			}
		}

		private boolean isEventStream() {
			return StringUtils.startsWithIgnoreCase(getContentType(), MediaType.TEXT_EVENT_STREAM_VALUE);
		}

		/**
		 * The thread of the request is done with it: what goes on now is asynchronous.
		 */
		void returned() {
			EventStream stream = this.stream;
			try {
				if (stream != null && this.request.isAsyncStarted()) {
					this.request.getAsyncContext().addListener(this);
					// It may not have been in the moment in which it was to end.
					stream.endIfBetweenEvents();
					return;
				}
			}
			catch (IllegalStateException ex) {
				// Completed in this moment.
			}
			over();
		}

		private void over() {
			EventStream stream = this.stream;
			if (stream != null) {
				ended(stream);
				stream.over();
			}
		}

		@Override
		public void onComplete(AsyncEvent event) {
			over();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
		}

		@Override
		public void onError(AsyncEvent event) {
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			event.getAsyncContext().addListener(this);
		}

	}

	/**
	 * Writes to a stream of events what it is given, at once: the container, which sends
	 * at the end what was not flushed, knows nothing of a buffer here.
	 */
	private static final class EventStreamWriter extends Writer {

		private final OutputStream stream;

		private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();

		private final Writer encoder;

		EventStreamWriter(OutputStream stream, String encoding) throws IOException {
			this.stream = stream;
			this.encoder = new OutputStreamWriter(this.encoded, encoding);
		}

		@Override
		public void write(char[] characters, int offset, int length) throws IOException {
			this.encoder.write(characters, offset, length);
			this.encoder.flush();
			byte[] bytes = this.encoded.toByteArray();
			this.encoded.reset();
			this.stream.write(bytes);
		}

		@Override
		public void flush() throws IOException {
			this.stream.flush();
		}

		@Override
		public void close() throws IOException {
			this.stream.close();
		}

	}

}
