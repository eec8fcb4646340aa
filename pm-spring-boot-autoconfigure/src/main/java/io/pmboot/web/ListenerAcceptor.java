package io.pmboot.web;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

import io.pmboot.socket.AdoptedListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the connections of one listener, when the gate lets it.
 *
 * @since 0.1
 */
public final class ListenerAcceptor implements Runnable {

	private static final Log logger = LogFactory.getLog(ListenerAcceptor.class);

	private static final long FIRST_DELAY = 50;

	private static final long LONGEST_DELAY = 1600;

	private final AcceptingServer server;

	private final AcceptGate gate;

	private final Lane lane;

	private ListenerAcceptor(AcceptingServer server, AcceptGate gate, Lane lane) {
		this.server = server;
		this.gate = gate;
		this.lane = lane;
	}

	/**
	 * Starts an acceptor for each listener.
	 * @param listeners the listeners, which block in accept
	 * @param server serves what is accepted
	 * @param gate says when to accept, and when the acceptors end
	 * @param threads makes a thread, given what it runs and the end of its name
	 */
	public static void start(List<AdoptedListener> listeners, AcceptingServer server, AcceptGate gate,
			BiFunction<Runnable, String, Thread> threads) {
		for (AdoptedListener listener : listeners) {
			Lane lane = gate.add(listener);
			threads.apply(new ListenerAcceptor(server, gate, lane), "Acceptor-" + lane).start();
		}
		gate.resume();
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
			this.gate.ended(this.lane);
		}
	}

	private void failed(Throwable failure, long delay) {
		try {
			logger.error("Accepting on %s failed. It is tried again in %d ms".formatted(this.lane, delay), failure);
		}
		catch (Throwable ex) {
			// What was thrown may be what keeps this from being told.
		}
		// The gate alone ends an acceptor.
		Thread.interrupted();
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delay));
	}

	private boolean accept() throws IOException, InterruptedException {
		this.server.awaitConnection();
		boolean counted = false;
		try {
			ServerSocketChannel channel = this.gate.enter(this.lane);
			if (channel == null) {
				return false;
			}
			try {
				SocketChannel connection = accept(channel);
				if (connection != null) {
					register(connection);
					counted = true;
					this.server.serve(connection);
				}
			}
			finally {
				this.gate.leave(this.lane);
			}
			return true;
		}
		finally {
			if (!counted) {
				this.server.noConnection();
			}
		}
	}

	private void register(SocketChannel connection) throws IOException {
		try {
			this.gate.accepted(this.lane, connection);
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

}
