package io.pmboot.accept;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving.HeldThread;
import io.pmboot.loop.LoopLog;
import io.pmboot.socket.AdoptedListener;
import org.jspecify.annotations.Nullable;

/**
 * A server on listeners that other processes share: what each of them has in common, from
 * its first connection to the end of its last.
 *
 * @param <R> a request
 * @since 0.1
 */
public abstract class SharedServer<R> implements Serving {

	private static final LoopLog logger = LoopLog.of(SharedServer.class);

	private final List<AdoptedListener> listeners;

	private final Requests<R> requests;

	private final Gate gate = new Gate();

	private volatile boolean accepting;

	private volatile @Nullable DrainReason reason;

	/**
	 * Creates it, accepting nothing yet.
	 * @param listeners the listeners; none for a server that opens no port
	 * @param requests counts what it serves
	 */
	protected SharedServer(List<AdoptedListener> listeners, Requests<R> requests) {
		this.listeners = List.copyOf(listeners);
		this.requests = requests;
	}

	/**
	 * Its listeners.
	 * @return the listeners, given up by a drain
	 */
	public final List<AdoptedListener> listeners() {
		return this.listeners;
	}

	/**
	 * What it serves.
	 * @return the requests
	 */
	public final Requests<R> requests() {
		return this.requests;
	}

	/**
	 * Says when its acceptors accept, and counts its connections.
	 * @return the gate
	 */
	public final Gate gate() {
		return this.gate;
	}

	/**
	 * Why it drains, most urgently.
	 * @return the reason, or {@code null} where it does not drain
	 */
	public final @Nullable DrainReason reason() {
		return this.reason;
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

	/**
	 * Whether those threads live that serve what is accepted.
	 * @return whether all do
	 */
	protected boolean serves() {
		return true;
	}

	/**
	 * A drain has begun, whose {@link #reason()} is there.
	 * @param reason why
	 */
	protected void draining(DrainReason reason) {
	}

	/** In a drain nothing is accepted any more, and the server has all that was. */
	protected void acceptorsLeft() {
	}

	/**
	 * A drain waits no longer for what the new {@link #reason()} does not wait for.
	 * @param reason why, now
	 */
	protected void hastened(DrainReason reason) {
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
				draining(reason);
			}
		}
		finally {
			this.gate.close(this::allLeft);
			AdoptedListener.close(this.listeners);
		}
		if (isInUse() && !this.listeners.isEmpty()) {
			logger.info("No longer accepting on %s (%s); connections left: %d".formatted(addresses(), reason,
					this.gate.connections()));
		}
		return this.gate.ended();
	}

	private void allLeft() {
		if (isInUse()) {
			acceptorsLeft();
		}
	}

	private String addresses() {
		return String.join(", ", this.listeners.stream().map(AdoptedListener::toString).toList());
	}

	@Override
	public final void hasten(DrainReason reason) {
		this.reason = reason;
		if (isInUse()) {
			hastened(reason);
		}
	}

	@Override
	public final @Nullable Integer acceptors() {
		if (!this.accepting) {
			return null;
		}
		return serves() ? this.gate.acceptors() : 0;
	}

	@Override
	public final long served() {
		return this.requests.served();
	}

	@Override
	public final int inFlight() {
		return this.requests.inFlight();
	}

	@Override
	public final @Nullable Long oldestSince() {
		return this.requests.oldestSince();
	}

	@Override
	public List<HeldThread> held() {
		return this.requests.held();
	}

	@Override
	public @Nullable Integer requestThreads() {
		return this.gate.requestThreads();
	}

}
