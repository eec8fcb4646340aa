package io.pmboot.worker;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Decides when the acceptors of a worker may wait in accept: while there are fewer open
 * connections than there may be, and its application does not refuse traffic; not any
 * more when it drains. One lock guards all of it; nothing but the handing out and closing
 * of duplicates happens under it.
 */
final class ConnectionGate {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final int limit;

	private final Set<ConnectionAcceptor> acceptors = new HashSet<>();

	private final Set<ConnectionAcceptor> accepting = new HashSet<>();

	private final Set<OpenConnection> connections = new HashSet<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private boolean refusing;

	private boolean closed;

	ConnectionGate(int limit) {
		this.limit = limit;
	}

	/**
	 * An acceptor is about to start.
	 * @param acceptor the acceptor
	 */
	void add(ConnectionAcceptor acceptor) {
		this.lock.lock();
		try {
			this.acceptors.add(acceptor);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * An acceptor has ended.
	 * @param acceptor the acceptor
	 */
	void ended(ConnectionAcceptor acceptor) {
		this.lock.lock();
		try {
			this.acceptors.remove(acceptor);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many acceptors live.
	 * @return the number, or {@code null} where none is to accept any more
	 */
	@Nullable Integer acceptors() {
		this.lock.lock();
		try {
			return this.closed ? null : Integer.valueOf(this.acceptors.size());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until an acceptor may accept.
	 * @param acceptor the acceptor
	 * @return what to accept on, to be followed by {@link #leave}; {@code null} when the
	 * acceptor has to end
	 * @throws IOException where there is nothing to accept on
	 */
	@Nullable ServerSocketChannel enter(ConnectionAcceptor acceptor) throws IOException {
		this.lock.lock();
		try {
			while (!this.closed) {
				if (!this.refusing && this.connections.size() < this.limit) {
					ServerSocketChannel channel = acceptor.open();
					this.accepting.add(acceptor);
					return channel;
				}
				this.changed.awaitUninterruptibly();
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * An acceptor is back, and what it accepted is registered.
	 * @param acceptor the acceptor
	 */
	void leave(ConnectionAcceptor acceptor) {
		this.lock.lock();
		try {
			this.accepting.remove(acceptor);
			endIfOver();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Registers a connection. Calls the other acceptors back where it is the last that
	 * may be open; what one of them has got in the same moment is served all the same.
	 * @param connection the connection
	 * @return whether the worker does not drain
	 */
	boolean add(OpenConnection connection) {
		this.lock.lock();
		try {
			this.connections.add(connection);
			if (this.connections.size() >= this.limit) {
				this.accepting.forEach(ConnectionAcceptor::withdraw);
			}
			return !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A connection was closed.
	 * @param connection the connection
	 */
	void remove(OpenConnection connection) {
		this.lock.lock();
		try {
			this.connections.remove(connection);
			this.changed.signalAll();
			endIfOver();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Accepts nothing more until it may again.
	 * @param refusing whether to accept nothing
	 */
	void refuse(boolean refusing) {
		this.lock.lock();
		try {
			this.refusing = refusing;
			if (refusing) {
				this.accepting.forEach(ConnectionAcceptor::withdraw);
			}
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Accepts nothing more. */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.accepting.forEach(ConnectionAcceptor::withdraw);
			this.changed.signalAll();
			endIfOver();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void endIfOver() {
		if (this.closed && this.accepting.isEmpty() && this.connections.isEmpty()) {
			// Not under the lock, nor on a thread that has something left to do.
			this.ended.completeAsync(() -> null);
		}
	}

	List<OpenConnection> connections() {
		this.lock.lock();
		try {
			return List.copyOf(this.connections);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Completes when nothing is accepted any more and the last connection is closed.
	 * @return completes on any thread
	 */
	CompletionStage<Void> ended() {
		return this.ended.minimalCompletionStage();
	}

}
