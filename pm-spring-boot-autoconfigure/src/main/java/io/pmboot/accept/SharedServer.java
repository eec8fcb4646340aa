package io.pmboot.accept;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.pmboot.Answers;
import io.pmboot.DrainReason;
import io.pmboot.loop.LoopLog;
import io.pmboot.socket.AdoptedListener;
import org.jspecify.annotations.Nullable;

/**
 * A server on listeners that other processes share: what each of them has in common, from
 * its first connection to the end of its last. Counts the requests that have ended, and
 * knows those in flight; of these it may be told on any thread, and takes no lock that
 * requests share.
 *
 * @param <R> a request
 * @since 0.1
 */
public abstract class SharedServer<R> implements Serving {

	private static final LoopLog logger = LoopLog.of(SharedServer.class);

	private final List<AdoptedListener> listeners;

	private final Gate gate = new Gate();

	private final Map<R, InFlight> requests = new ConcurrentHashMap<>();

	private final AnswerCounts answers = new AnswerCounts();

	private volatile boolean accepting;

	private volatile @Nullable DrainReason reason;

	/**
	 * Creates it, accepting nothing yet.
	 * @param listeners the listeners; none for a server that opens no port
	 */
	protected SharedServer(List<AdoptedListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	/**
	 * Its listeners.
	 * @return the listeners, given up by a drain
	 */
	public final List<AdoptedListener> listeners() {
		return this.listeners;
	}

	/**
	 * What it may take for its own address.
	 * @return that of the first listener that has a port
	 */
	public final Optional<InetSocketAddress> localAddress() {
		return this.listeners.stream()
			.map(AdoptedListener::localAddress)
			.filter(InetSocketAddress.class::isInstance)
			.map(InetSocketAddress.class::cast)
			.findFirst();
	}

	/**
	 * Says when its acceptors accept, and counts its connections.
	 * @return the gate
	 */
	public final Gate gate() {
		return this.gate;
	}

	/**
	 * Whether it accepts nothing more, and ends its connections.
	 * @return whether it drains
	 */
	public final boolean isDraining() {
		return this.reason != null;
	}

	/**
	 * Whether it drains, and does not wait for idle connections.
	 * @return whether these are closed
	 */
	public final boolean closesIdle() {
		DrainReason reason = this.reason;
		return reason != null && !Serving.awaitsIdleConnections(reason);
	}

	/**
	 * Whether the application uses it. Where it does not, none of what follows is called.
	 * @return whether it is there
	 */
	public boolean isInUse() {
		return true;
	}

	/**
	 * The worker was activated.
	 * @throws IOException where a listener is closed
	 */
	protected void activated() throws IOException {
	}

	/** A drain has begun. */
	protected void draining() {
	}

	/** In a drain nothing is accepted any more, and the server has all that was. */
	protected void acceptorsLeft() {
	}

	/** A drain that has waited for idle connections {@link #closesIdle()} from now on. */
	protected void hastened() {
	}

	@Override
	public final CompletionStage<Void> open() {
		if (isInUse()) {
			try {
				activated();
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Accepting on %s cannot begin".formatted(addresses()), ex);
			}
			this.gate.open();
			if (!this.listeners.isEmpty()) {
				this.accepting = true;
				logger.info("Accepting on " + addresses());
			}
		}
		return Serving.super.open();
	}

	@Override
	public final void refuse(boolean refusing) {
		this.gate.refuse(refusing);
	}

	@Override
	public final CompletionStage<Void> drain(DrainReason reason) {
		this.accepting = false;
		this.reason = reason;
		try {
			if (isInUse()) {
				draining();
			}
		}
		finally {
			this.gate.close(() -> {
				if (isInUse()) {
					acceptorsLeft();
				}
			});
			AdoptedListener.close(this.listeners);
		}
		if (isInUse() && !this.listeners.isEmpty()) {
			logger.info("No longer accepting on %s (%s); connections left: %d".formatted(addresses(), reason,
					this.gate.connections()));
		}
		return this.gate.ended();
	}

	private String addresses() {
		return String.join(", ", this.listeners.stream().map(AdoptedListener::toString).toList());
	}

	@Override
	public final void hasten(DrainReason reason) {
		this.reason = reason;
		if (isInUse()) {
			hastened();
		}
	}

	@Override
	public final @Nullable Integer acceptors() {
		return this.accepting ? this.gate.acceptors() : null;
	}

	/**
	 * A request has begun.
	 * @param request the request; one that has begun before, and ended unseen, is another
	 * @param since when, by {@link System#nanoTime()}
	 * @param thread the thread that it holds, or {@code null}
	 */
	public final void requestBegun(R request, long since, @Nullable Thread thread) {
		InFlight before = this.requests.put(request, new InFlight(since, thread));
		if (before != null) {
			this.answers.count(since - before.since, false);
		}
	}

	/**
	 * A request in flight holds another thread, or none while it waits.
	 * @param request the request
	 * @param thread the thread, or {@code null}
	 */
	public final void requestHolds(R request, @Nullable Thread thread) {
		this.requests.computeIfPresent(request, (same, before) -> new InFlight(before.since, thread));
	}

	/**
	 * A request has ended, and nothing says that it failed. Does nothing where that is
	 * known already.
	 * @param request the request
	 */
	public final void requestEnded(R request) {
		requestEnded(request, false);
	}

	/**
	 * A request has ended. Does nothing where that is known already.
	 * @param request the request
	 * @param failed whether that was the server's fault, as {@link Answers} has it
	 */
	public final void requestEnded(R request, boolean failed) {
		InFlight ended = this.requests.remove(request);
		if (ended != null) {
			this.answers.count(System.nanoTime() - ended.since, failed);
		}
	}

	/**
	 * Whether a request in flight has ended without a word.
	 * @param request the request
	 * @return whether it is over; never for a server that tells of each end
	 */
	protected boolean isOver(R request) {
		return false;
	}

	@Override
	public final long accepted() {
		return this.gate.accepted();
	}

	@Override
	public final long served() {
		return this.answers.total();
	}

	@Override
	public final Answers answers() {
		return this.answers.answers();
	}

	@Override
	public final int inFlight() {
		this.requests.keySet().stream().filter(this::isOver).forEach(this::requestEnded);
		return this.requests.size();
	}

	@Override
	public final @Nullable Long oldestSince() {
		return this.requests.values().stream().map(InFlight::since).min(Comparator.naturalOrder()).orElse(null);
	}

	@Override
	public List<HeldThread> held() {
		List<HeldThread> held = new ArrayList<>();
		for (InFlight request : this.requests.values()) {
			if (request.thread != null) {
				held.add(new HeldThread(request.since, request.thread));
			}
		}
		return held;
	}

	@Override
	public @Nullable Integer requestThreads() {
		return this.gate.requestThreads();
	}

	private record InFlight(long since, @Nullable Thread thread) {
	}

}
