package io.pmboot.accept;

import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Connections that were accepted and have sent nothing yet. Each will want a request
 * thread in a moment, so that it counts as if it had one; but only for a while, because a
 * client may well connect and stay silent. Not thread-safe.
 */
final class RecentConnections {

	private final long countedNanos;

	private final Map<SocketChannel, Long> acceptedAt = new LinkedHashMap<>();

	RecentConnections(long countedNanos) {
		this.countedNanos = countedNanos;
	}

	void add(SocketChannel connection, long now) {
		this.acceptedAt.put(connection, now);
	}

	/** Takes a connection out, if it is among them. */
	boolean remove(SocketChannel connection) {
		return this.acceptedAt.remove(connection) != null;
	}

	int count(long now) {
		Iterator<Long> oldestFirst = this.acceptedAt.values().iterator();
		while (oldestFirst.hasNext() && now - oldestFirst.next() >= this.countedNanos) {
			oldestFirst.remove();
		}
		return this.acceptedAt.size();
	}

	/** How long until the oldest no longer counts; 0 where there is none. */
	long nanosUntilFewer(long now) {
		Iterator<Long> oldestFirst = this.acceptedAt.values().iterator();
		return oldestFirst.hasNext() ? Math.max(0, this.countedNanos - (now - oldestFirst.next())) : 0;
	}

}
