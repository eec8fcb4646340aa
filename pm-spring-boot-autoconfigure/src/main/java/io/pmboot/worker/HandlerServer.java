package io.pmboot.worker;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.pmboot.Connection;
import io.pmboot.ConnectionHandler;
import io.pmboot.accept.SharedServer;
import io.pmboot.loop.LoopLog;
import io.pmboot.loop.Threads;
import io.pmboot.socket.AdoptedListener;

import org.springframework.boot.system.JavaVersion;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Accepts for a {@link ConnectionHandler}, with a thread for each listener and one for
 * each connection.
 *
 * @since 0.1
 */
public final class HandlerServer extends SharedServer<Connection> implements AutoCloseable {

	private static final LoopLog logger = LoopLog.of(HandlerServer.class);

	private final ConnectionHandler handler;

	private final List<String> addresses;

	private final Set<OpenConnection> connections = ConcurrentHashMap.newKeySet();

	private final SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("pm-connection-");

	/**
	 * Creates it; it accepts nothing yet.
	 * @param handler serves the connections
	 * @param listeners the listeners, one or more
	 * @param addresses their addresses, in the same order
	 * @throws IllegalArgumentException where the handler allows of no connection
	 */
	public HandlerServer(ConnectionHandler handler, List<AdoptedListener> listeners, List<String> addresses) {
		super(listeners);
		int limit = handler.maxConnections();
		if (limit < 1) {
			throw new IllegalArgumentException(
					"maxConnections() of the ConnectionHandler %s is %d: it has to be 1 or more"
						.formatted(handler.getClass().getName(), limit));
		}
		this.handler = handler;
		this.addresses = List.copyOf(addresses);
		gate().limitConnections(() -> limit);
		this.threads.setDaemon(true);
		this.threads.setVirtualThreads(JavaVersion.getJavaVersion().isEqualOrNewerThan(JavaVersion.TWENTY_ONE));
	}

	@Override
	protected void activated() throws IOException {
		for (int i = 0; i < this.addresses.size(); i++) {
			String address = this.addresses.get(i);
			gate().start(List.of(listeners().get(i)), (connection) -> serve(connection, address),
					(name, acceptor) -> Threads.daemon("pm-acceptor-" + address, acceptor));
		}
	}

	private void serve(SocketChannel channel, String listener) throws IOException {
		try {
			OpenConnection connection = new OpenConnection(channel, listener);
			this.connections.add(connection);
			if (isDraining()) {
				connection.drain();
			}
			this.threads.execute(() -> handle(connection));
		}
		catch (Throwable ex) {
			this.connections.removeIf((connection) -> connection.channel == channel);
			channel.close();
			gate().connectionEnded();
			throw ex;
		}
	}

	private void handle(OpenConnection connection) {
		try {
			this.handler.handle(connection);
		}
		catch (IOException ex) {
			if (!connection.cut) {
				logger.warn("The %s has failed: %s".formatted(connection, ex));
			}
		}
		catch (Exception | Error ex) {
			logger.error("The handler of the %s failed".formatted(connection), ex);
		}
		finally {
			connection.close();
			this.connections.remove(connection);
			gate().connectionEnded();
		}
	}

	/** The handler is asked to finish, whatever the reason. */
	@Override
	protected void draining() {
		if (!this.connections.isEmpty()) {
			try {
				// Starts a thread for each, which may take a while.
				this.threads.execute(() -> this.connections.forEach(OpenConnection::drain));
			}
			catch (RuntimeException | OutOfMemoryError ex) {
				logger.error("No thread is to be had: the handler is not asked to finish", ex);
			}
		}
	}

	/** Closes what is still open: the time to drain is up. */
	@Override
	public void close() {
		gate().close(() -> this.connections.forEach(OpenConnection::cut));
		this.connections.forEach(OpenConnection::cut);
	}

	/**
	 * A connection that was accepted and is not closed yet.
	 */
	private final class OpenConnection implements Connection {

		private final SocketChannel channel;

		private final String listener;

		private final String peer;

		private final CompletableFuture<Void> drain = new CompletableFuture<>();

		private volatile boolean cut;

		OpenConnection(SocketChannel channel, String listener) throws IOException {
			this.channel = channel;
			this.listener = listener;
			this.peer = String.valueOf(channel.getRemoteAddress());
		}

		@Override
		public SocketChannel channel() {
			return this.channel;
		}

		@Override
		public String listener() {
			return this.listener;
		}

		@Override
		public boolean isDraining() {
			return this.drain.isDone();
		}

		@Override
		public void onDrain(Runnable action) {
			this.drain.thenRunAsync(() -> run(action), HandlerServer.this.threads);
		}

		private void run(Runnable action) {
			if (!this.channel.isOpen()) {
				return;
			}
			try {
				action.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("The handler of the %s failed when it was told of the drain".formatted(this), ex);
			}
		}

		// Starts a thread for each action that waits for it.
		void drain() {
			this.drain.complete(null);
		}

		/** Closes it under the handler, whose time is up. */
		void cut() {
			this.cut = true;
			close();
		}

		void close() {
			try {
				this.channel.close();
			}
			catch (IOException ex) {
				logger.warn("The %s could not be closed".formatted(this), ex);
			}
		}

		@Override
		public String toString() {
			return "connection from %s on %s".formatted(this.peer, this.listener);
		}

	}

}
