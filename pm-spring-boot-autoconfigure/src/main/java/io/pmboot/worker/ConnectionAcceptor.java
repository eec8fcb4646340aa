package io.pmboot.worker;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.pmboot.socket.AdoptedListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the connections of one listener, when the gate lets it.
 */
final class ConnectionAcceptor implements Runnable {

	private static final Log logger = LogFactory.getLog(ConnectionAcceptor.class);

	private static final long FIRST_DELAY = 50;

	private static final long LONGEST_DELAY = 1600;

	private final AdoptedListener listener;

	private final String address;

	private final ConnectionGate gate;

	private final Server server;

	/** Guarded by the gate's lock. */
	private @Nullable ServerSocketChannel channel;

	ConnectionAcceptor(AdoptedListener listener, String address, ConnectionGate gate, Server server) {
		this.listener = listener;
		this.address = address;
		this.gate = gate;
		this.server = server;
	}

	/**
	 * Accepts until the gate ends it. Nothing that is thrown does: the worker would be
	 * READY and accept nothing.
	 */
	@Override
	public void run() {
		long delay = 0;
		try {
			while (true) {
				try {
					if (!accept()) {
						return;
					}
					delay = 0;
				}
				catch (Throwable ex) {
					// Out of descriptors, threads or memory, most likely: it passes when
					// connections end.
					delay = Math.min(LONGEST_DELAY, Math.max(FIRST_DELAY, delay * 2));
					failed(ex, delay);
				}
			}
		}
		finally {
			this.gate.ended(this);
		}
	}

	private void failed(Throwable failure, long delay) {
		try {
			logger.error("Accepting on %s failed. It is tried again in %d ms".formatted(this.address, delay), failure);
		}
		catch (Throwable ex) {
			// What was thrown may be what keeps this from being told.
		}
		// The gate alone ends an acceptor.
		Thread.interrupted();
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delay));
	}

	private boolean accept() throws IOException {
		ServerSocketChannel channel = this.gate.enter(this);
		if (channel == null) {
			return false;
		}
		try {
			SocketChannel connection = accept(channel);
			if (connection != null) {
				this.server.serve(connection, this.address);
			}
		}
		finally {
			this.gate.leave(this);
		}
		return true;
	}

	private @Nullable SocketChannel accept(ServerSocketChannel channel) throws IOException {
		try {
			return channel.accept();
		}
		catch (ClosedChannelException ex) {
			// Called back. What was accepted in the same moment is returned, not lost. Or
			// interrupted, which would close whatever is accepted on next.
			Thread.interrupted();
			return null;
		}
	}

	/**
	 * Goes to accept. Called under the gate's lock.
	 * @return what to accept on
	 * @throws IOException where the process is out of descriptors
	 */
	ServerSocketChannel open() throws IOException {
		ServerSocketChannel channel = this.channel;
		if (channel == null || !channel.isOpen()) {
			channel = this.listener.open();
			this.channel = channel;
		}
		return channel;
	}

	/**
	 * Calls the acceptor back from accept; it leaves a moment later. Called under the
	 * gate's lock.
	 */
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
			logger.warn("Closing a duplicate of the listener on " + this.address + " failed", ex);
		}
	}

	/**
	 * What becomes of a connection.
	 */
	interface Server {

		/**
		 * Registers a connection and has it served. Returns at once.
		 * @param channel the connection, which is the callee's from now on
		 * @param listener the address that it was accepted on
		 * @throws IOException where it has ended already
		 */
		void serve(SocketChannel channel, String listener) throws IOException;

	}

}
