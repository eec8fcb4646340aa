package io.pmboot.web.reactornetty;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.netty.channel.EventLoopGroup;
import io.pmboot.web.netty.HeldLoops;
import io.pmboot.worker.HeldThread;
import io.pmboot.worker.Traffic;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.server.HttpServerState;

/**
 * The requests of a Reactor Netty, those of HTTP/2 streams included. Told of each before
 * it is served.
 */
final class RequestTraffic implements Traffic, ConnectionObserver {

	private final Map<Connection, Long> requests = new ConcurrentHashMap<>();

	private final LongAdder served = new LongAdder();

	private final HeldLoops loops = new HeldLoops();

	/**
	 * Its server's event loops.
	 * @param loops those that its connections are on
	 */
	void use(EventLoopGroup loops) {
		this.loops.use(loops);
	}

	@Override
	public void onStateChange(Connection connection, State state) {
		if (state != HttpServerState.REQUEST_RECEIVED) {
			return;
		}
		SharedConnection shared = SharedConnection.of(connection.channel());
		if (shared == null) {
			// The worker's own.
			return;
		}
		shared.watchRequests();
		shared.settleIfDraining();
		this.requests.put(connection, System.nanoTime());
		connection.onTerminate().subscribe(null, (failure) -> ended(connection), () -> ended(connection));
	}

	private void ended(Connection connection) {
		if (this.requests.remove(connection) != null) {
			this.served.increment();
		}
	}

	@Override
	public long served() {
		return this.served.sum();
	}

	@Override
	public int inFlight() {
		this.requests.keySet().stream().filter(RequestTraffic::isOver).forEach(this::ended);
		return this.requests.size();
	}

	// A request that has become a WebSocket makes an end without a word.
	private static boolean isOver(Connection connection) {
		return !connection.channel().isActive() || ChannelOperations.get(connection.channel()) != connection;
	}

	@Override
	public @Nullable Long oldestSince() {
		return this.requests.values().stream().min(Comparator.naturalOrder()).orElse(null);
	}

	@Override
	public List<HeldThread> held() {
		return this.loops.held();
	}

	@Override
	public @Nullable Integer requestThreads() {
		return this.loops.count();
	}

}
