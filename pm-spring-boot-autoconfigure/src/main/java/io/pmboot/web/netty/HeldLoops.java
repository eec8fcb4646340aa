package io.pmboot.web.netty;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.StreamSupport;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.pmboot.accept.Serving.HeldThread;
import org.jspecify.annotations.Nullable;

/**
 * Which event loops of a server are held by something that does not return. On Netty a
 * request holds no thread while it waits; one that blocks holds the event loop that it is
 * on, and with that all connections of the loop.
 */
final class HeldLoops {

	private final Map<EventExecutor, Probe> probes = new ConcurrentHashMap<>();

	private volatile @Nullable EventLoopGroup loops;

	/**
	 * The server's loops.
	 * @param loops those that its connections are on
	 */
	void use(EventLoopGroup loops) {
		this.loops = loops;
	}

	/**
	 * Those that have not answered since this was called before; asks the others.
	 * @return them, each with the time since when it has not answered
	 */
	List<HeldThread> held() {
		List<HeldThread> held = new ArrayList<>();
		EventLoopGroup loops = this.loops;
		if (loops != null) {
			for (EventExecutor loop : loops) {
				HeldThread thread = this.probes.computeIfAbsent(loop, Probe::new).heldOrAsk();
				if (thread != null) {
					held.add(thread);
				}
			}
		}
		return held;
	}

	/**
	 * How many loops there are.
	 * @return the number, or {@code null} before the server has been started
	 */
	@Nullable Integer count() {
		EventLoopGroup loops = this.loops;
		return (loops != null) ? (int) StreamSupport.stream(loops.spliterator(), false).count() : null;
	}

	/**
	 * Asks one loop for an answer, one at a time.
	 */
	private static final class Probe implements Runnable {

		private final EventExecutor loop;

		private volatile @Nullable Thread thread;

		private volatile boolean asked;

		private volatile long since;

		Probe(EventExecutor loop) {
			this.loop = loop;
		}

		@Nullable HeldThread heldOrAsk() {
			Thread thread = this.thread;
			if (this.asked) {
				return (thread != null) ? new HeldThread(this.since, thread) : null;
			}
			this.since = System.nanoTime();
			this.asked = true;
			try {
				this.loop.execute(this);
			}
			catch (RejectedExecutionException ex) {
				// It has ended, which is told by the acceptors.
				this.asked = false;
			}
			return null;
		}

		@Override
		public void run() {
			this.thread = Thread.currentThread();
			this.asked = false;
		}

	}

}
