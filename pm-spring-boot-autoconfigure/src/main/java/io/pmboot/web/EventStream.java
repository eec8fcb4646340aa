package io.pmboot.web;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.WriteListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The body of a response that is a stream of events. It can be ended between two events,
 * behind the application's back: what that writes afterwards fails as if the client had
 * gone, which it may at any time.
 */
final class EventStream extends ServletOutputStream {

	private static final Log logger = LogFactory.getLog(EventStream.class);

	private final ServletRequest request;

	private final ServletOutputStream body;

	/** What the application does to the body. */
	private final ReentrantLock writing = new ReentrantLock();

	/**
	 * The request is this stream's while this is held. Never waited for while writing:
	 * completing a response may call the application back, which may wait for what it
	 * writes by then.
	 */
	private final ReentrantLock completing = new ReentrantLock();

	private final AtomicInteger attempts = new AtomicInteger();

	private volatile boolean ending;

	private volatile boolean ended;

	/** How many line feeds the body ends with, carriage returns apart. */
	private int lineFeeds = 2;

	EventStream(ServletRequest request, ServletOutputStream body) {
		this.request = request;
		this.body = body;
	}

	/**
	 * Ends the stream after the event that is being written. May call the application
	 * back.
	 */
	void end() {
		this.ending = true;
		endIfBetweenEvents();
	}

	/** The response is over; the request is the container's again. */
	void over() {
		this.completing.lock();
		try {
			this.ended = true;
		}
		finally {
			this.completing.unlock();
		}
	}

	/**
	 * Ends the stream if that is wanted and may be. One thread at a time does; whoever
	 * comes meanwhile lets it look once more.
	 */
	void endIfBetweenEvents() {
		if (!this.ending || this.attempts.getAndIncrement() != 0) {
			return;
		}
		int seen = 1;
		do {
			complete();
			seen = this.attempts.addAndGet(-seen);
		}
		while (seen != 0);
	}

	private void complete() {
		this.completing.lock();
		try {
			if (mayEnd()) {
				this.request.getAsyncContext().complete();
			}
		}
		catch (IllegalStateException ex) {
			logger.debug("A stream of events ended by itself in the moment in which it was to end", ex);
		}
		finally {
			this.completing.unlock();
		}
	}

	// Whoever is writing looks again when it is done.
	private boolean mayEnd() {
		if (this.ended || !this.writing.tryLock()) {
			return false;
		}
		try {
			boolean mayEnd = this.lineFeeds >= 2 && this.request.isAsyncStarted();
			this.ended = mayEnd;
			return mayEnd;
		}
		finally {
			this.writing.unlock();
		}
	}

	@Override
	public void write(int b) throws IOException {
		write(new byte[] { (byte) b }, 0, 1);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		this.writing.lock();
		try {
			if (this.ended) {
				throw new IOException("This stream of events has ended: its worker drains, and its client comes back");
			}
			this.body.write(bytes, offset, length);
			for (int i = offset; i < offset + length; i++) {
				count(bytes[i]);
			}
		}
		finally {
			this.writing.unlock();
		}
		endIfBetweenEvents();
	}

	// A blank line ends an event, and a line may end with CR, LF or both: those who end
	// lines with CR alone are not waited for.
	private void count(byte b) {
		if (b == '\n') {
			this.lineFeeds++;
		}
		else if (b != '\r') {
			this.lineFeeds = 0;
		}
	}

	// An end sends what was written: whoever flushes the last event is not told that it
	// was lost.
	@Override
	public void flush() throws IOException {
		this.writing.lock();
		try {
			if (!this.ended) {
				this.body.flush();
			}
		}
		finally {
			this.writing.unlock();
		}
		endIfBetweenEvents();
	}

	// What has ended is another response by now, perhaps.
	@Override
	public void close() throws IOException {
		if (!this.ended) {
			this.body.close();
		}
	}

	@Override
	public boolean isReady() {
		return !this.ended && this.body.isReady();
	}

	@Override
	public void setWriteListener(WriteListener listener) {
		this.body.setWriteListener(listener);
	}

}
