package io.pmboot.web.jetty;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * Follows the connections of a connector to their end, once it drains.
 */
final class ConnectionDrain {

	/** How long the client of an idle connection may take to close it. */
	private static final long LINGER_MILLIS = 1000;

	/** From accept on: an end point is there only when a selector has taken it. */
	private final Set<Object> connections = ConcurrentHashMap.newKeySet();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private volatile @Nullable DrainReason reason;

	private volatile boolean haveAcceptorsLeft;

	void begun(Object connection) {
		this.connections.add(connection);
	}

	void ended(@Nullable Object connection) {
		if (connection != null && this.connections.remove(connection)) {
			endIfOver();
		}
	}

	int connections() {
		return this.connections.size();
	}

	@Nullable DrainReason reason() {
		return this.reason;
	}

	void begin(DrainReason reason) {
		this.reason = reason;
	}

	/**
	 * Nothing is accepted any more, and all that was accepted is registered.
	 * @param endPoints those there are
	 */
	void acceptorsLeft(Collection<EndPoint> endPoints) {
		this.haveAcceptorsLeft = true;
		closeIdle(endPoints);
		endIfOver();
	}

	/**
	 * Waits no longer for what the new reason does not wait for.
	 * @param reason why, now
	 * @param endPoints those there are
	 */
	void hasten(DrainReason reason, Collection<EndPoint> endPoints) {
		this.reason = reason;
		closeIdle(endPoints);
	}

	private void closeIdle(Collection<EndPoint> endPoints) {
		DrainReason reason = this.reason;
		if (reason != null && !reason.awaitsIdleConnections()) {
			endPoints.forEach(ConnectionDrain::closeIdle);
		}
	}

	private static void closeIdle(EndPoint endPoint) {
		if (!(connection(endPoint) instanceof HttpConnection http)) {
			// HTTP/2 has said GOAWAY, and does not time out while a stream is open.
			endPoint.setIdleTimeout(LINGER_MILLIS);
		}
		else if (http.getHttpChannel().getRequest() == null && http.getParser().isStart() && !hasInput(endPoint)) {
			endPoint.close();
		}
	}

	/**
	 * What speaks a protocol on an end point.
	 * @param endPoint an end point
	 * @return its connection, within TLS where it has that
	 */
	static @Nullable Connection connection(EndPoint endPoint) {
		Connection connection = endPoint.getConnection();
		return (connection instanceof SslConnection secure) ? secure.getSslEndPoint().getConnection() : connection;
	}

	/**
	 * Whether bytes of a client wait to be read.
	 * @param endPoint an end point
	 * @return whether there are any
	 */
	static boolean hasInput(EndPoint endPoint) {
		try {
			return endPoint.getTransport() instanceof SocketChannel channel && AdoptedListener.available(channel) > 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Completes when the last connection has ended.
	 * @return completes on a thread that is none of Jetty's
	 */
	CompletionStage<Void> ended() {
		return this.ended.minimalCompletionStage();
	}

	private void endIfOver() {
		if (this.haveAcceptorsLeft && this.connections.isEmpty()) {
			this.ended.completeAsync(() -> null);
		}
	}

}
