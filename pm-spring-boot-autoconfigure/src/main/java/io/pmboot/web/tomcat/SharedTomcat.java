package io.pmboot.web.tomcat;

import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import io.pmboot.accept.Spread;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.SharedWebServer;
import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.UpgradeProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.TomcatWebServerFactory;

/**
 * Tomcat on the listeners of this worker, all of them through its one connector, so that
 * every setting of the server is in force on each.
 *
 * @since 0.1
 */
public final class SharedTomcat extends SharedWebServer<TomcatWebServerFactory, Request> {

	private static final Log logger = LogFactory.getLog(SharedTomcat.class);

	private final TomcatPrivateConnector privateConnector = new TomcatPrivateConnector(false);

	/** Connections that a thread serves at this moment. */
	private final Set<SocketWrapperBase<NioChannel>> busy = ConcurrentHashMap.newKeySet();

	/** WebSockets and the like that have been told to end. */
	private final Set<SocketWrapperBase<NioChannel>> told = ConcurrentHashMap.newKeySet();

	private volatile @Nullable SharedHttp11NioProtocol protocol;

	private volatile boolean haveAcceptorsLeft;

	/**
	 * Creates it.
	 * @param listeners the worker's listeners, the one first that {@code server.port}
	 * names; none for a worker that opens no port
	 * @param spread when WebSocket connections are told to end in a drain
	 */
	public SharedTomcat(List<AdoptedListener> listeners, Spread spread) {
		super(listeners, spread);
	}

	@Override
	public void customize(TomcatWebServerFactory factory) {
		factory.setProtocol(SharedHttp11NioProtocol.class.getName());
		factory.addConnectorCustomizers(this::useListeners);
	}

	private void useListeners(Connector connector) {
		if (connector.getProtocolHandler() instanceof SharedHttp11NioProtocol shared) {
			shared.setServer(this, connector);
			this.protocol = shared;
			use();
			this.privateConnector.setMain(connector);
		}
	}

	private SharedHttp11NioProtocol protocol() {
		return Objects.requireNonNull(this.protocol);
	}

	// Of an asynchronous request whose client has gone Tomcat may make an end without a
	// word.
	@Override
	protected boolean isOver(Request request) {
		return request.getStartTimeNanos() < 0;
	}

	@Override
	protected void draining() {
		if (closesIdle()) {
			endHttp2WhenIdle();
		}
	}

	private void endHttp2WhenIdle() {
		for (UpgradeProtocol upgradeProtocol : protocol().findUpgradeProtocols()) {
			if (upgradeProtocol instanceof Http2Protocol http2) {
				http2.setKeepAliveTimeout(1);
			}
		}
	}

	@Override
	protected void acceptorsLeft() {
		this.haveAcceptorsLeft = true;
		settleAll();
	}

	@Override
	protected void hastened() {
		endHttp2WhenIdle();
		if (this.haveAcceptorsLeft) {
			settleAll();
		}
	}

	private void settleAll() {
		for (SocketWrapperBase<NioChannel> connection : protocol().endpoint().getConnections()) {
			try {
				settleUnlessServed(connection);
			}
			catch (RuntimeException ex) {
				logger.warn("A connection could not be settled, and ends by itself or when the time is up", ex);
			}
		}
	}

	/** A thread begins to serve a connection, whose lock it holds. */
	void connectionBusy(SocketWrapperBase<NioChannel> connection) {
		this.busy.add(connection);
	}

	/** The thread has served it, for now. */
	void connectionServed(SocketWrapperBase<NioChannel> connection) {
		this.busy.remove(connection);
		if (isDraining()) {
			settle(connection);
		}
	}

	private void settleUnlessServed(SocketWrapperBase<NioChannel> connection) {
		Lock lock = connection.getLock();
		// A thread that serves it settles it at the end, when it has seen the reason. One
		// that ended just before that holds the lock for another moment.
		while (!this.busy.contains(connection)) {
			if (tryLock(lock)) {
				try {
					settle(connection);
				}
				finally {
					lock.unlock();
				}
				return;
			}
		}
	}

	private static boolean tryLock(Lock lock) {
		try {
			return lock.tryLock(10, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return lock.tryLock();
		}
	}

	private void settle(SocketWrapperBase<NioChannel> connection) {
		if (connection.isClosed()) {
			return;
		}
		Processor processor = (Processor) connection.getCurrentProcessor();
		if (processor == null) {
			if (closesIdle() && !hasInput(connection)) {
				connection.close();
			}
		}
		else if (processor.isUpgrade()) {
			// HTTP/2 says GOAWAY here; others, such as WebSocket, do nothing.
			processor.pause();
			if (!processor.getUpgradeToken().protocol().startsWith("h2")) {
				endOnce(connection);
			}
			else if (closesIdle()) {
				// Past any time-out: the connection ends unless a stream is active on it.
				processor.timeoutAsync(Long.MAX_VALUE);
			}
		}
	}

	// WebSocket says 1001, going away, here.
	private void endOnce(SocketWrapperBase<NioChannel> connection) {
		if (this.told.add(connection)) {
			spread().end(() -> connection.processSocket(SocketEvent.STOP, true));
		}
	}

	private static boolean hasInput(SocketWrapperBase<NioChannel> connection) {
		// Tomcat closes without the connection's lock, too, and then there is none.
		SocketChannel channel = connection.getSocket().getIOChannel();
		return channel != null && AdoptedListener.hasInput(channel);
	}

	@Override
	public PrivateConnector privateConnector() {
		return this.privateConnector;
	}

	/**
	 * A way into a Tomcat that serves no shared listeners.
	 * @param alone whether that listens nowhere else
	 * @return the connector
	 */
	public static PrivateConnector.OfServer<TomcatWebServerFactory> connector(boolean alone) {
		return new TomcatPrivateConnector(alone);
	}

}
