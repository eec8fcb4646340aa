package io.pmboot.web.netty;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.netty.channel.Channel;

/**
 * Follows the connections of a server to the end of the last.
 *
 * @since 0.1
 */
public final class OpenConnections {

	private final Set<Channel> connections = ConcurrentHashMap.newKeySet();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private volatile boolean complete;

	/**
	 * Follows one more.
	 * @param connection the connection
	 */
	public void add(Channel connection) {
		this.connections.add(connection);
		connection.closeFuture().addListener((closed) -> {
			this.connections.remove(connection);
			endIfOver();
		});
	}

	/**
	 * How many there are.
	 * @return the number
	 */
	public int count() {
		return this.connections.size();
	}

	/**
	 * Does something with each.
	 * @param action what
	 */
	public void forEach(Consumer<Channel> action) {
		this.connections.forEach(action);
	}

	/** None is added any more. */
	public void complete() {
		this.complete = true;
		endIfOver();
	}

	/**
	 * Completes when they are complete and the last has ended.
	 * @return completes on a thread that is none of Netty's
	 */
	public CompletionStage<Void> ended() {
		return this.ended.minimalCompletionStage();
	}

	private void endIfOver() {
		if (this.complete && this.connections.isEmpty()) {
			this.ended.completeAsync(() -> null);
		}
	}

}
