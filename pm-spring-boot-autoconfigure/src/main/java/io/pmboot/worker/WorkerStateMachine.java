package io.pmboot.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.control.Frame;
import io.pmboot.loop.EventLoop;
import io.pmboot.loop.LoopLog;
import org.jspecify.annotations.Nullable;

/**
 * The state of this worker, from its first moment to the end of its drain. All causes of
 * a drain meet here: the first begins it, later ones join it and can only make it
 * shorter. Lives on one {@link EventLoop}: every method is called there, except where it
 * says otherwise.
 */
final class WorkerStateMachine {

	/**
	 * How long a SIGTERM is taken for part of the same stop as the drain that runs: a
	 * supervisor such as systemd signals every process of a service at once, the master
	 * and its workers alike.
	 */
	static final Duration SAME_STOP = Duration.ofSeconds(2);

	/**
	 * What a worker without a master has beyond its drain, as the master would allow:
	 * then nobody is left to kill it.
	 */
	static final Duration HALT_DELAY = Duration.ofSeconds(5);

	private static final Duration LAST_LINES = Duration.ofSeconds(1);

	private static final LoopLog logger = LoopLog.of(WorkerStateMachine.class);

	private final EventLoop loop;

	private final Consumer<Frame> master;

	/** How many requests are being served. */
	private final IntSupplier inFlight;

	private final WorkerConnection.Exit exit;

	/** Starts a thread of its own for each task. */
	private final Executor departure;

	private final CompletableFuture<Void> drained = new CompletableFuture<>();

	private final CompletableFuture<Void> activated = new CompletableFuture<>();

	private volatile @Nullable DrainReason drainReason;

	/** All that has asked for the drain. */
	private final Set<DrainReason> reasons = EnumSet.noneOf(DrainReason.class);

	private Duration terminateTimeout;

	private State state = State.STARTING;

	private @Nullable Application application;

	/** Whether the application accepts traffic, and whether it is broken. */
	private boolean accepting;

	private boolean broken;

	/** Whether what accepts was told to accept nothing. */
	private boolean refusing;

	/** Whether this JVM was told to end. */
	private boolean exiting;

	private long drainingSince;

	WorkerStateMachine(EventLoop loop, Duration terminateTimeout, Consumer<Frame> master, IntSupplier inFlight,
			WorkerConnection.Exit exit, Executor departure) {
		this.loop = loop;
		this.terminateTimeout = terminateTimeout;
		this.master = master;
		this.inFlight = inFlight;
		this.exit = exit;
		this.departure = departure;
	}

	/**
	 * Completes when nothing of this worker's drain is left to wait for. May be called on
	 * any thread.
	 * @return the end of the drain
	 */
	CompletableFuture<Void> drained() {
		return this.drained;
	}

	/**
	 * Completes when this worker has begun to serve. May be called on any thread.
	 * @return the beginning, which never comes for one that does not serve
	 */
	CompletableFuture<Void> activated() {
		return this.activated;
	}

	/**
	 * Why this worker drains. May be called on any thread.
	 * @return what asked first, or {@code null} where it does not drain
	 */
	@Nullable DrainReason drainReason() {
		return this.drainReason;
	}

	/**
	 * Whether the master still waits for {@link Frame.Ready}, so that a failure is one of
	 * the start.
	 * @return whether this worker starts
	 */
	boolean isStarting() {
		return this.state == State.STARTING;
	}

	private boolean isReady() {
		return this.state == State.READY || this.state == State.SERVING;
	}

	private void become(State next) {
		if (!this.state.mayBecome(next)) {
			throw new IllegalStateException("A worker that is %s cannot become %s".formatted(this.state, next));
		}
		this.state = next;
	}

	/**
	 * Sets how long a drain may take that the master does not bound itself.
	 * @param timeout how long
	 */
	void terminateTimeout(Duration timeout) {
		this.terminateTimeout = timeout;
	}

	/**
	 * The application's context is complete and its runners have finished.
	 * @param application the application
	 */
	void started(Application application) {
		if (isStarting()) {
			this.application = application;
			announce();
		}
	}

	/**
	 * The application's readiness changed.
	 * @param accepting whether it accepts traffic
	 */
	void accepting(boolean accepting) {
		this.accepting = accepting;
		announce();
		if (isReady() && this.refusing == accepting) {
			this.refusing = !accepting;
			application().servings().forEach((serving) -> attempt(() -> serving.refuse(!accepting)));
			this.master.accept(new Frame.Accepting(accepting));
		}
	}

	/**
	 * The application's liveness changed.
	 * @param broken whether it is broken. One that starts is not READY before it is not;
	 * one that was READY is to be replaced
	 */
	void broken(boolean broken) {
		this.broken = broken;
		announce();
		if (broken) {
			unfit("its application says that it is broken (LivenessState.BROKEN)");
		}
	}

	/**
	 * This worker is not fit to go on; the master replaces it where it is READY.
	 * @param why in words
	 */
	void unfit(String why) {
		if (isReady()) {
			this.master.accept(new Frame.Unfit(why));
		}
	}

	private void announce() {
		if (isStarting() && this.application != null && this.accepting && !this.broken) {
			become(State.READY);
			this.master.accept(new Frame.Ready());
		}
	}

	private Application application() {
		return Objects.requireNonNull(this.application);
	}

	/** The master orders it to accept. */
	void activate() {
		if (this.state.compareTo(State.SERVING) >= 0) {
			// It does already, or drains: the order has crossed what this worker said.
			return;
		}
		become(State.SERVING);
		try {
			application().servings().forEach((serving) -> this.loop.whenComplete(serving.open(), (none, ex) -> {
				if (ex != null) {
					notOpened(ex);
				}
			}));
			application().activated();
			this.activated.complete(null);
		}
		catch (RuntimeException ex) {
			notOpened(ex);
		}
	}

	private void notOpened(Throwable failure) {
		logger.error("This worker cannot begin to serve, and exits", failure);
		if (this.state == State.SERVING) {
			depart(() -> {
				LoopLog.flush(LAST_LINES);
				this.exit.exit().accept(1);
			});
		}
	}

	/** SIGTERM was received. */
	void terminate() {
		if (this.state == State.DRAINING && this.loop.nanoTime() - this.drainingSince >= SAME_STOP.toNanos()) {
			timeIsUp();
		}
		drain(DrainReason.TERMINATED, this.terminateTimeout);
	}

	/** The application closes its context. */
	void contextClosed() {
		drain(DrainReason.CONTEXT_CLOSED, this.terminateTimeout);
	}

	/** The application lets this worker go. */
	void disconnect() {
		if (this.state.compareTo(State.DRAINING) < 0) {
			drain(DrainReason.DISCONNECTED, this.terminateTimeout);
		}
	}

	/** The control stream ended. */
	void masterLost() {
		logger.warn("The master is gone (its control stream ended): this worker drains and exits");
		this.loop.schedule(this::halt, this.terminateTimeout.plus(HALT_DELAY));
		drain(DrainReason.MASTER_LOST, this.terminateTimeout);
	}

	/**
	 * The master orders a drain, or this worker has cause for one itself.
	 * @param reason why
	 * @param bound how long it may take
	 */
	void drain(DrainReason reason, Duration bound) {
		boolean awaited = awaitsIdleConnections();
		this.reasons.add(reason);
		if (this.state.compareTo(State.DRAINING) < 0) {
			begin(reason, bound);
		}
		if (this.state == State.DRAINING) {
			this.loop.schedule(this::timeIsUp, bound);
			if (awaited && !awaitsIdleConnections()) {
				application().servings().forEach((serving) -> attempt(() -> serving.hasten(reason)));
			}
		}
		if (reason != DrainReason.CONTEXT_CLOSED) {
			Application application = this.application;
			depart(() -> leave(application));
		}
	}

	private void depart(Runnable departure) {
		if (!this.exiting) {
			this.exiting = true;
			this.departure.execute(departure);
		}
	}

	private boolean awaitsIdleConnections() {
		return !this.reasons.isEmpty() && this.reasons.stream().allMatch(Serving::awaitsIdleConnections);
	}

	private void begin(DrainReason reason, Duration bound) {
		this.drainReason = reason;
		Application application = this.application;
		if (isToldToTheMaster(reason)) {
			this.master.accept(new Frame.Draining(reason));
		}
		become(State.DRAINING);
		if (application == null) {
			nothingLeft();
			return;
		}
		logger.info("Draining (%s), for %d s at most".formatted(reason, bound.toSeconds()));
		this.drainingSince = this.loop.nanoTime();
		List<CompletableFuture<Void>> ends = new ArrayList<>();
		application.servings().forEach((serving) -> ends.add(drain(serving, reason)));
		ends.add(application.draining(reason).toCompletableFuture());
		this.loop.whenComplete(CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)),
				(none, ex) -> servingsEnded());
	}

	private CompletableFuture<Void> drain(Serving serving, DrainReason reason) {
		try {
			return serving.drain(reason).toCompletableFuture();
		}
		catch (RuntimeException ex) {
			logger.error("%s cannot be drained".formatted(serving), ex);
			return CompletableFuture.completedFuture(null);
		}
	}

	private void servingsEnded() {
		if (this.state == State.DRAINING) {
			if (this.reasons.contains(DrainReason.HANDOVER)) {
				this.master.accept(new Frame.Drained());
			}
			nothingLeft();
		}
	}

	private boolean isToldToTheMaster(DrainReason reason) {
		return switch (reason) {
			case TERMINATED, DISCONNECTED -> true;
			case CONTEXT_CLOSED -> this.application != null;
			case STOP, RELOAD, HANDOVER, REPLACED, SCALED_DOWN, RESTART, MASTER_LOST -> false;
		};
	}

	private void timeIsUp() {
		if (this.state == State.DRAINING) {
			int cut = this.inFlight.getAsInt();
			logger.warn("The time to drain is up: what is still in flight is cut (%d requests)".formatted(cut));
			this.master.accept(new Frame.Cut(cut));
			nothingLeft();
		}
	}

	private void nothingLeft() {
		become(State.DRAINED);
		this.drained.complete(null);
	}

	// On a thread of its own: it waits, and runs code of the application.
	private void leave(@Nullable Application application) {
		try {
			// An application that is still starting is not waited for: whoever refreshes
			// a context holds its lock. The shutdown hook closes what there is.
			if (application != null) {
				attempt(application::refuseTraffic);
				this.drained.join();
				attempt(application::close);
			}
		}
		finally {
			this.exit.exit().accept(0);
		}
	}

	private void attempt(Runnable step) {
		try {
			step.run();
		}
		catch (RuntimeException ex) {
			logger.error("The application does not do as it should, this worker goes on all the same", ex);
		}
	}

	private void halt() {
		logger.error("This worker has no master and does not end by itself: halting");
		LoopLog.flush(LAST_LINES);
		this.exit.halt().accept(1);
	}

	/**
	 * What this worker does. It goes from each state to the next one; a drain may begin
	 * in each.
	 */
	enum State {

		/** Its application starts, or does not accept traffic yet. */
		STARTING,

		/** It waits to be activated. */
		READY,

		/** It was activated: it accepts, unless its application refuses traffic. */
		SERVING,

		/** It accepts nothing more, and waits for what is in flight. */
		DRAINING,

		/** Nothing is left to wait for: its application is closed, and the JVM ends. */
		DRAINED;

		boolean mayBecome(State next) {
			return next.ordinal() == ordinal() + 1 || (next == DRAINING && compareTo(DRAINING) < 0);
		}

	}

	/**
	 * The application in this worker, once it is ready.
	 */
	interface Application {

		/**
		 * What works in it from the activation of this worker to its drain.
		 * @return what to open, and to drain
		 */
		List<Serving> servings();

		/** Tells the application that this worker accepts. Returns at once. */
		void activated();

		/**
		 * Tells the application that this worker drains. Returns at once.
		 * @param reason why
		 * @return completes when that is under way
		 */
		CompletionStage<Void> draining(DrainReason reason);

		/**
		 * Lets the application see that it gets no more work. Runs code of the
		 * application.
		 */
		void refuseTraffic();

		/**
		 * Closes the application's context, or waits until whoever closes it is done.
		 */
		void close();

	}

}
