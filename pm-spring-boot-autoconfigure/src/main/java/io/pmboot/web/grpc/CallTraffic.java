package io.pmboot.web.grpc;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.netty.channel.EventLoopGroup;
import io.pmboot.web.netty.HeldLoops;
import io.pmboot.worker.HeldThread;
import io.pmboot.worker.Traffic;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a gRPC server, each of which is a request, however long it streams.
 */
final class CallTraffic extends ServerStreamTracer.Factory implements Traffic {

	private final Map<ServerStreamTracer, Long> calls = new ConcurrentHashMap<>();

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
	public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
		ServerStreamTracer tracer = new ServerStreamTracer() {

			@Override
			public void streamClosed(Status status) {
				if (CallTraffic.this.calls.remove(this) != null) {
					CallTraffic.this.served.increment();
				}
			}

		};
		this.calls.put(tracer, System.nanoTime());
		return tracer;
	}

	@Override
	public long served() {
		return this.served.sum();
	}

	@Override
	public int inFlight() {
		return this.calls.size();
	}

	@Override
	public @Nullable Long oldestSince() {
		return this.calls.values().stream().min(Comparator.naturalOrder()).orElse(null);
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
