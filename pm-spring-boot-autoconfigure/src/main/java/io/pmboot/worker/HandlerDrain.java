package io.pmboot.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.pmboot.ConnectionHandler;
import io.pmboot.DrainReason;
import io.pmboot.loop.LoopLog;
import io.pmboot.socket.AdoptedListener;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.system.JavaVersion;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Accepts for a {@link ConnectionHandler}, with a thread for each listener and one for
 * each connection, and drains what it serves.
 */
public final class HandlerDrain implements Drain, AutoCloseable {

	private static final LoopLog logger = LoopLog.of(HandlerDrain.class);

	private final ConnectionHandler handler;

	private final List<AdoptedListener> listeners;

	private final List<String> addresses;

	private final ConnectionGate gate;

	private final SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("pm-connection-");

	private volatile boolean opened;

	/**
	 * Creates it; it accepts nothing yet.
	 * @param handler serves the connections
	 * @param listeners the listeners, one or more
	 * @param addresses their addresses, in the same order
	 * @throws IllegalArgumentException where the handler allows of no connection
	 */
	public HandlerDrain(ConnectionHandler handler, List<AdoptedListener> listeners, List<String> addresses) {
		int limit = handler.maxConnections();
		if (limit < 1) {
			throw new IllegalArgumentException(
					"maxConnections() of the ConnectionHandler %s is %d: it has to be 1 or more"
						.formatted(handler.getClass().getName(), limit));
		}
		this.handler = handler;
		this.listeners = List.copyOf(listeners);
		this.addresses = List.copyOf(addresses);
		this.gate = new ConnectionGate(limit);
		this.threads.setDaemon(true);
		this.threads.setVirtualThreads(JavaVersion.getJavaVersion().isEqualOrNewerThan(JavaVersion.TWENTY_ONE));
	}

	@Override
	public CompletionStage<Void> open() {
		for (int i = 0; i < this.listeners.size(); i++) {
			AdoptedListener listener = this.listeners.get(i);
			String address = this.addresses.get(i);
			try {
				listener.blockInAccept();
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Accepting on %s cannot begin".formatted(address), ex);
			}
			ConnectionAcceptor acceptor = new ConnectionAcceptor(listener, address, this.gate, this::serve);
			Thread thread = new Thread(acceptor, "pm-acceptor-" + address);
			thread.setDaemon(true);
			this.gate.add(acceptor);
			thread.start();
		}
		this.opened = true;
		logger.info("Accepting on " + String.join(", ", this.addresses));
		return Drain.super.open();
	}

	@Override
	public void refuse(boolean refusing) {
		this.gate.refuse(refusing);
	}

	@Override
	public @Nullable Integer acceptors() {
		return this.opened ? this.gate.acceptors() : null;
	}

	private void serve(SocketChannel channel, String listener) throws IOException {
		OpenConnection connection = register(channel, listener);
		try {
			this.threads.execute(() -> handle(connection));
		}
		catch (RuntimeException | Error ex) {
			end(connection);
			throw ex;
		}
	}

	private OpenConnection register(SocketChannel channel, String listener) throws IOException {
		try {
			OpenConnection connection = new OpenConnection(channel, listener, this.threads);
			if (!this.gate.add(connection)) {
				connection.drain();
			}
			return connection;
		}
		catch (Throwable ex) {
			channel.close();
			throw ex;
		}
	}

	private void handle(OpenConnection connection) {
		try {
			this.handler.handle(connection);
		}
		catch (IOException ex) {
			if (!connection.isCut()) {
				logger.warn("The %s has failed: %s".formatted(connection, ex));
			}
		}
		catch (Exception | Error ex) {
			logger.error("The handler of the %s failed".formatted(connection), ex);
		}
		finally {
			end(connection);
		}
	}

	private void end(OpenConnection connection) {
		connection.close();
		this.gate.remove(connection);
	}

	@Override
	public CompletionStage<Void> begin(DrainReason reason) {
		this.gate.close();
		AdoptedListener.close(this.listeners);
		List<OpenConnection> connections = this.gate.connections();
		logger.info("No longer accepting on %s (%s); connections left: %d".formatted(String.join(", ", this.addresses),
				reason, connections.size()));
		if (!connections.isEmpty()) {
			askToFinish(connections);
		}
		return this.gate.ended();
	}

	private void askToFinish(List<OpenConnection> connections) {
		try {
			// Starts a thread for each, which may take a while.
			this.threads.execute(() -> connections.forEach(OpenConnection::drain));
		}
		catch (RuntimeException | OutOfMemoryError ex) {
			logger.error("No thread is to be had: the handler is not asked to finish", ex);
		}
	}

	@Override
	public void hasten(DrainReason reason) {
		// The handler has been asked to finish, whatever the reason.
	}

	/** Closes what is still open: the time to drain is up. */
	@Override
	public void close() {
		this.gate.close();
		this.gate.connections().forEach(OpenConnection::cut);
	}

}
