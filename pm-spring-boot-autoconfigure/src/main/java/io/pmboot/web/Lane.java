package io.pmboot.web;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;

import io.pmboot.socket.AdoptedListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One listener with its acceptor thread, as {@link AcceptGate} sees it, whose lock guards
 * it.
 */
final class Lane {

	private static final Log logger = LogFactory.getLog(Lane.class);

	private final AdoptedListener listener;

	private @Nullable ServerSocketChannel channel;

	private boolean accepting;

	private boolean retired;

	private long restsUntil = System.nanoTime();

	Lane(AdoptedListener listener) {
		this.listener = listener;
	}

	/**
	 * The acceptor goes to accept.
	 * @return what to accept on
	 * @throws IOException where the process is out of descriptors
	 */
	ServerSocketChannel enter() throws IOException {
		ServerSocketChannel channel = this.channel;
		// An interrupt closes what its thread accepts on.
		if (channel == null || !channel.isOpen()) {
			channel = this.listener.open();
			this.channel = channel;
		}
		this.accepting = true;
		return channel;
	}

	/** The acceptor is back, and what it accepted is registered. */
	void leave() {
		this.accepting = false;
	}

	boolean isAccepting() {
		return this.accepting;
	}

	/**
	 * Whether the acceptor was called back and is not back yet.
	 * @return whether it is on its way
	 */
	boolean isLeaving() {
		return this.accepting && this.channel == null;
	}

	/** Calls the acceptor back from accept; it leaves a moment later. */
	void withdraw() {
		ServerSocketChannel withdrawn = this.channel;
		this.channel = null;
		if (withdrawn == null) {
			return;
		}
		try {
			withdrawn.close();
		}
		catch (IOException ex) {
			logger.warn("Closing a duplicate of the listener on " + this.listener + " failed", ex);
		}
	}

	/**
	 * Calls the acceptor back because no request thread is free.
	 * @param restNanos how long it stays back at least
	 */
	void withdraw(long restNanos) {
		withdraw();
		this.restsUntil = System.nanoTime() + restNanos;
	}

	/**
	 * How long the acceptor has to stay back yet.
	 * @return nanoseconds; 0 or less where it need not
	 */
	long restNanos() {
		return this.restsUntil - System.nanoTime();
	}

	/** Ends the acceptor thread once it is back. */
	void retire() {
		this.retired = true;
		withdraw();
	}

	boolean isRetired() {
		return this.retired;
	}

	@Override
	public String toString() {
		return this.listener.toString();
	}

}
