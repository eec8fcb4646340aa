package io.pmboot.web.tomcat;

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

	Lane(AdoptedListener listener) {
		this.listener = listener;
	}

	/**
	 * The acceptor goes to accept.
	 * @return what to accept on
	 * @throws IOException where the process is out of descriptors
	 */
	ServerSocketChannel enter() throws IOException {
		if (this.channel == null) {
			this.channel = this.listener.open();
		}
		this.accepting = true;
		return this.channel;
	}

	/** The acceptor is back, and what it accepted is registered. */
	void leave() {
		this.accepting = false;
	}

	boolean isAccepting() {
		return this.accepting;
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
			logger.warn("Closing a duplicate of the listener on " + this.listener.localAddress() + " failed", ex);
		}
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
		return String.valueOf(this.listener.localAddress());
	}

}
