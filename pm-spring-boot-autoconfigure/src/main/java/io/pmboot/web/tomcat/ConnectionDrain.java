package io.pmboot.web.tomcat;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;

import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.worker.DrainSpread;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.Processor;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Follows the connections of an endpoint to their end, once it drains.
 */
final class ConnectionDrain {

	private static final Log logger = LogFactory.getLog(ConnectionDrain.class);

	private final SharedNioEndpoint endpoint;

	private final AtomicInteger connections = new AtomicInteger();

	private final Set<SocketWrapperBase<NioChannel>> served = ConcurrentHashMap.newKeySet();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	/** WebSockets and the like that are told to end. */
	private final Set<SocketWrapperBase<NioChannel>> leaving = ConcurrentHashMap.newKeySet();

	private @Nullable DrainSpread spread;

	private volatile @Nullable DrainReason reason;

	private volatile boolean haveAcceptorsLeft;

	ConnectionDrain(SharedNioEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/**
	 * Sets when WebSockets and the like are told to end.
	 * @param spread when
	 */
	void setSpread(DrainSpread spread) {
		this.spread = spread;
	}

	/**
	 * From now on a connection that has been served is settled.
	 * @param reason why
	 */
	void begin(DrainReason reason) {
		this.reason = reason;
	}

	/** Nothing is accepted any more, and all that was accepted is registered. */
	void acceptorsLeft() {
		this.haveAcceptorsLeft = true;
		settleAll();
		if (this.connections.get() == 0) {
			end();
		}
	}

	/**
	 * Waits no longer for what the new reason does not wait for.
	 * @param reason why, now
	 */
	void hasten(DrainReason reason) {
		this.reason = reason;
		if (this.haveAcceptorsLeft) {
			settleAll();
		}
	}

	private void settleAll() {
		DrainReason reason = Objects.requireNonNull(this.reason);
		for (SocketWrapperBase<NioChannel> connection : this.endpoint.getConnections()) {
			try {
				settleUnlessServed(connection, reason);
			}
			catch (RuntimeException ex) {
				logger.warn("A connection could not be settled, and ends by itself or when the time is up", ex);
			}
		}
	}

	boolean isDraining() {
		return this.reason != null;
	}

	/**
	 * Completes when the last connection has ended.
	 * @return completes on a thread that is none of Tomcat's
	 */
	CompletionStage<Void> ended() {
		return this.ended.minimalCompletionStage();
	}

	int connections() {
		return this.connections.get();
	}

	void connectionBegun() {
		this.connections.incrementAndGet();
	}

	void connectionEnded() {
		if (this.connections.decrementAndGet() == 0 && this.haveAcceptorsLeft) {
			end();
		}
	}

	private void end() {
		// Not on the thread that closes the last connection: it has not closed it yet.
		this.ended.completeAsync(() -> null);
	}

	/**
	 * A thread begins to serve a connection, whose lock it holds.
	 * @param connection the connection
	 */
	void serving(SocketWrapperBase<NioChannel> connection) {
		this.served.add(connection);
	}

	/**
	 * The thread has served it, for now.
	 * @param connection the connection
	 */
	void served(SocketWrapperBase<NioChannel> connection) {
		this.served.remove(connection);
		DrainReason reason = this.reason;
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
		boolean closesIdle = !reason.awaitsIdleConnections();
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
		if (this.spread != null && this.leaving.add(connection)) {
			this.spread.end(() -> connection.processSocket(SocketEvent.STOP, true));
		}
	}

	private boolean hasInput(SocketWrapperBase<NioChannel> connection) {
		// Tomcat closes without the connection's lock, too, and then there is none.
		SocketChannel channel = connection.getSocket().getIOChannel();
		if (channel == null) {
			return false;
		}
		try {
			return AdoptedListener.available(channel) > 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
