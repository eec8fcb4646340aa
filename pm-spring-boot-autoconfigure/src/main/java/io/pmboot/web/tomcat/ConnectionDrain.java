package io.pmboot.web.tomcat;

import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.socket.AdoptedListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.Processor;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Follows the connections of an endpoint to their end, once it drains.
 */
final class ConnectionDrain {

	private static final Log logger = LogFactory.getLog(ConnectionDrain.class);

	private final SharedNioEndpoint endpoint;

	private final Set<SocketWrapperBase<NioChannel>> served = ConcurrentHashMap.newKeySet();

	/** WebSockets and the like that have been told to end. */
	private final Set<SocketWrapperBase<NioChannel>> told = ConcurrentHashMap.newKeySet();

	private volatile boolean haveAcceptorsLeft;

	ConnectionDrain(SharedNioEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/** Nothing is accepted any more, and all that was accepted is registered. */
	void acceptorsLeft() {
		this.haveAcceptorsLeft = true;
		settleAll();
	}

	/** Waits no longer for what the new reason does not wait for. */
	void hasten() {
		if (this.haveAcceptorsLeft) {
			settleAll();
		}
	}

	private void settleAll() {
		DrainReason reason = Objects.requireNonNull(this.endpoint.drainReason());
		for (SocketWrapperBase<NioChannel> connection : this.endpoint.getConnections()) {
			try {
				settleUnlessServed(connection, reason);
			}
			catch (RuntimeException ex) {
				logger.warn("A connection could not be settled, and ends by itself or when the time is up", ex);
			}
		}
	}

	/** A thread begins to serve a connection, whose lock it holds. */
	void serving(SocketWrapperBase<NioChannel> connection) {
		this.served.add(connection);
	}

	/** The thread has served it, for now. */
	void served(SocketWrapperBase<NioChannel> connection) {
		this.served.remove(connection);
		DrainReason reason = this.endpoint.drainReason();
		if (reason != null) {
			settle(connection, reason);
		}
	}

	private void settleUnlessServed(SocketWrapperBase<NioChannel> connection, DrainReason reason) {
		Lock lock = connection.getLock();
		// A thread that serves it settles it at the end, when it has seen the reason. One
		// that ended just before that holds the lock for another moment.
		while (!this.served.contains(connection)) {
			if (tryLock(lock)) {
				try {
					settle(connection, reason);
				}
				finally {
					lock.unlock();
				}
				return;
			}
		}
	}

	private boolean tryLock(Lock lock) {
		try {
			return lock.tryLock(10, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return lock.tryLock();
		}
	}

	private void settle(SocketWrapperBase<NioChannel> connection, DrainReason reason) {
		if (connection.isClosed()) {
			return;
		}
		Processor processor = (Processor) connection.getCurrentProcessor();
		boolean closesIdle = !Serving.awaitsIdleConnections(reason);
		if (processor == null) {
			if (closesIdle && !hasInput(connection)) {
				connection.close();
			}
		}
		else if (processor.isUpgrade()) {
			// HTTP/2 says GOAWAY here; others, such as WebSocket, do nothing.
			processor.pause();
			if (!processor.getUpgradeToken().protocol().startsWith("h2")) {
				endOnce(connection);
			}
			else if (closesIdle) {
				// Past any time-out: the connection ends unless a stream is active on it.
				processor.timeoutAsync(Long.MAX_VALUE);
			}
		}
	}

	// WebSocket says 1001, going away, here.
	private void endOnce(SocketWrapperBase<NioChannel> connection) {
		if (this.told.add(connection)) {
			this.endpoint.spread().end(() -> connection.processSocket(SocketEvent.STOP, true));
		}
	}

	private static boolean hasInput(SocketWrapperBase<NioChannel> connection) {
		// Tomcat closes without the connection's lock, too, and then there is none.
		SocketChannel channel = connection.getSocket().getIOChannel();
		return channel != null && AdoptedListener.hasInput(channel);
	}

}
