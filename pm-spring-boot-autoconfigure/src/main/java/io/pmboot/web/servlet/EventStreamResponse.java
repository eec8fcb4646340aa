package io.pmboot.web.servlet;

import java.io.IOException;
import java.io.PrintWriter;

import io.pmboot.web.EventStreamDrain;
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

	private final EventStreamDrain<EventStream> streams;

	private volatile @Nullable EventStream stream;

	private @Nullable PrintWriter writer;

	EventStreamResponse(ServletRequest request, HttpServletResponse response, EventStreamDrain<EventStream> streams) {
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

}
