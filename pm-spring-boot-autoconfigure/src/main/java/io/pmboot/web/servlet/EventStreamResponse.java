package io.pmboot.web.servlet;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;

import io.pmboot.web.EventStreams;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * A response that may become a stream of events, which is known when its body begins.
 */
final class EventStreamResponse extends HttpServletResponseWrapper implements AsyncListener {

	private final ServletRequest request;

	private final EventStreams<EventStream> streams;

	private volatile @Nullable EventStream stream;

	private @Nullable PrintWriter writer;

	EventStreamResponse(ServletRequest request, HttpServletResponse response, EventStreams<EventStream> streams) {
		super(response);
		this.request = request;
		this.streams = streams;
	}

	@Override
	public ServletOutputStream getOutputStream() throws IOException {
		EventStream stream = this.stream;
		if (stream == null && isEventStream()) {
			stream = new EventStream(this.request, super.getOutputStream());
			this.stream = stream;
			this.streams.begun(stream);
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
		String type = getContentType();
		return type != null && type.regionMatches(true, 0, MediaType.TEXT_EVENT_STREAM_VALUE, 0,
				MediaType.TEXT_EVENT_STREAM_VALUE.length());
	}

	/**
	 * The thread of the request is done with it: what goes on now is asynchronous.
	 */
	void returned() {
		EventStream stream = this.stream;
		if (stream == null) {
			return;
		}
		try {
			if (this.request.isAsyncStarted()) {
				this.request.getAsyncContext().addListener(this);
				stream.becameAsynchronous();
				return;
			}
		}
		catch (IllegalStateException ex) {
			// Completed in this moment.
		}
		end(stream);
	}

	private void end(@Nullable EventStream stream) {
		if (stream != null) {
			stream.close(this.streams);
		}
	}

	@Override
	public void onComplete(AsyncEvent event) {
		end(this.stream);
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

	/**
	 * Writes to a stream of events what it is given, at once: the container, which sends
	 * at the end what was not flushed, knows nothing of a buffer here.
	 */
	private static final class EventStreamWriter extends Writer {

		private final OutputStream stream;

		private final OutputStreamWriter encoder;

		EventStreamWriter(OutputStream stream, String encoding) throws IOException {
			this.stream = stream;
			this.encoder = new OutputStreamWriter(new Unflushed(stream), encoding);
		}

		@Override
		public void write(char[] characters, int offset, int length) throws IOException {
			this.encoder.write(characters, offset, length);
			this.encoder.flush();
		}

		@Override
		public void flush() throws IOException {
			this.stream.flush();
		}

		@Override
		public void close() throws IOException {
			this.stream.close();
		}

		/** Lets the encoder hand on its bytes without a flush of the response. */
		private static final class Unflushed extends FilterOutputStream {

			Unflushed(OutputStream stream) {
				super(stream);
			}

			@Override
			public void write(byte[] bytes, int offset, int length) throws IOException {
				this.out.write(bytes, offset, length);
			}

			@Override
			public void flush() {
				// The encoder's alone.
			}

		}

	}

}
