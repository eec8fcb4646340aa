package io.pmboot.web.reactornetty;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.channel.Channel;
import io.pmboot.DrainReason;
import io.pmboot.worker.DrainSpread;
import org.jspecify.annotations.Nullable;

/**
 * Follows the connections of a server to their end, once it drains.
 */
final class ConnectionDrain {

	private final Set<Channel> connections = ConcurrentHashMap.newKeySet();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private final DrainSpread spread;

	private volatile @Nullable DrainReason reason;

	private volatile boolean haveAcceptorsLeft;

	ConnectionDrain(DrainSpread spread) {
		this.spread = spread;
	}

	DrainSpread spread() {
		return this.spread;
	}

	void begun(Channel connection) {
		this.connections.add(connection);
		connection.closeFuture().addListener((closed) -> {
			this.connections.remove(connection);
			endIfOver();
		});
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

	/** Nothing is accepted any more, and all that was accepted is registered. */
	void acceptorsLeft() {
		this.haveAcceptorsLeft = true;
		settleAll();
		endIfOver();
	}

	/**
	 * Waits no longer for what the new reason does not wait for.
	 * @param reason why, now
	 */
	void hasten(DrainReason reason) {
		this.reason = reason;
		settleAll();
	}

	private void settleAll() {
		this.connections.forEach(SharedConnection::settle);
	}

	/**
	 * Completes when the last connection has ended.
	 * @return completes on a thread that is none of Netty's
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
