package io.pmboot.accept;

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
 * Accepts the connections of one listener, when the gate lets it. What the gate calls is
 * guarded by its lock.
 */
final class Acceptor implements Runnable {

	private static final Log logger = LogFactory.getLog(Acceptor.class);

	private static final long FIRST_DELAY = 50;

	private static final long LONGEST_DELAY = 1600;

	/**
	 * Calling an acceptor back costs two context switches. This bounds what that takes
	 * where very short requests make the last thread busy and free all the time.
	 */
	private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final AdoptedListener listener;

	private final Gate.Server server;

	private final Gate gate;

	private @Nullable ServerSocketChannel channel;

	private boolean accepting;

	private boolean retired;

	private long restsUntil = System.nanoTime();

	Acceptor(AdoptedListener listener, Gate.Server server, Gate gate) {
		this.listener = listener;
		this.server = server;
		this.gate = gate;
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
			logger.error("Accepting on %s failed. It is tried again in %d ms".formatted(this.listener, delay), failure);
		}
		catch (Throwable ex) {
			// What was thrown may be what keeps this from being told.
		}
		// The gate alone ends an acceptor.
		Thread.interrupted();
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delay));
	}

	private boolean accept() throws IOException, InterruptedException {
		ServerSocketChannel channel = this.gate.enter(this);
		if (channel == null) {
			return false;
		}
		try {
			SocketChannel connection = accept(channel);
			if (connection != null) {
				register(connection);
				this.server.serve(connection);
			}
			return true;
		}
		finally {
			this.gate.leave(this);
		}
	}

	private void register(SocketChannel connection) throws IOException {
		try {
			this.gate.accepted(this, connection);
		}
		catch (Throwable ex) {
			connection.close();
			throw ex;
		}
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

	/** Goes to accept, on what is returned. */
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

	/** Is back, and what was accepted is registered. */
	void leave() {
		this.accepting = false;
	}

	boolean isAccepting() {
		return this.accepting;
	}

	/** Whether it was called back and is not back yet. */
	boolean isLeaving() {
		return this.accepting && this.channel == null;
	}

	/** Is called back from accept; it leaves a moment later. */
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
	 * Is called back because there is no room, if it accepts, and stays back for a moment
	 * at least.
	 */
	void makeRoom() {
		if (this.accepting && !isLeaving()) {
			withdraw();
			this.restsUntil = System.nanoTime() + REST_NANOS;
		}
	}

	/** How long it has to stay back yet: 0 or less where it need not. */
	long restNanos() {
		return this.restsUntil - System.nanoTime();
	}

	/** Ends its thread once it is back. */
	void retire() {
		this.retired = true;
		withdraw();
	}

	boolean isRetired() {
		return this.retired;
	}

}
