package io.pmboot.worker;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.pmboot.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A connection that was accepted and is not closed yet.
 */
final class OpenConnection implements Connection {

	private static final Log logger = LogFactory.getLog(OpenConnection.class);

	private final SocketChannel channel;

	private final String listener;

	private final String peer;

	private final Executor threads;

	private final CompletableFuture<Void> drain = new CompletableFuture<>();

	private volatile boolean cut;

	/**
	 * Creates it.
	 * @param channel the connection
	 * @param listener the listener's address
	 * @param threads starts a thread for each task
	 * @throws IOException where the connection has been closed
	 */
	OpenConnection(SocketChannel channel, String listener, Executor threads) throws IOException {
		this.channel = channel;
		this.listener = listener;
		this.peer = String.valueOf(channel.getRemoteAddress());
		this.threads = threads;
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
		this.drain.thenRunAsync(() -> run(action), this.threads);
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

	/** The worker drains. Starts a thread for each action that waits for it. */
	void drain() {
		this.drain.complete(null);
	}

	/** Closes it under the handler, whose time is up. */
	void cut() {
		this.cut = true;
		close();
	}

	boolean isCut() {
		return this.cut;
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
