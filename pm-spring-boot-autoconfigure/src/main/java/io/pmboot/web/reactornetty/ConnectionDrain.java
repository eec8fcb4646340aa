package io.pmboot.web.reactornetty;

import java.util.concurrent.CompletionStage;

import io.netty.channel.Channel;
import io.pmboot.DrainReason;
import io.pmboot.web.netty.OpenConnections;
import io.pmboot.worker.DrainSpread;
import org.jspecify.annotations.Nullable;

/**
 * Follows the connections of a server to their end, once it drains.
 */
final class ConnectionDrain {

	private final OpenConnections connections = new OpenConnections();

	private final DrainSpread spread;

	private volatile @Nullable DrainReason reason;

	ConnectionDrain(DrainSpread spread) {
		this.spread = spread;
	}

	DrainSpread spread() {
		return this.spread;
	}

	void begun(Channel connection) {
		this.connections.add(connection);
	}

	int connections() {
		return this.connections.count();
	}

	@Nullable DrainReason reason() {
		return this.reason;
	}

	void begin(DrainReason reason) {
		this.reason = reason;
	}

	/** Nothing is accepted any more, and all that was accepted is registered. */
	void acceptorsLeft() {
		settleAll();
		this.connections.complete();
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
		return this.connections.ended();
	}

}
