package io.pmboot.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

import io.pmboot.DrainReason;
import io.pmboot.WorkerState;
import io.pmboot.control.Message;
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

	private final Consumer<Message> master;

	/** How many requests are being served. */
	private final IntSupplier inFlight;

	private final WorkerExit exit;

	/** Starts a thread of its own for each task. */
	private final Executor departure;

	private final CompletableFuture<Void> drained = new CompletableFuture<>();

	private Duration terminateTimeout;

	private WorkerState state = WorkerState.STARTING;

	private @Nullable ServingApplication application;

	private boolean accepting;

	private boolean broken;

	/** Whether what accepts was told to accept nothing. */
	private boolean refusing;

	private boolean activated;

	private boolean leaving;

	private boolean impatient;

	private boolean awaitsIdleConnections;

	/** Whether the master waits for the end of the drain. */
	private boolean handsOver;

	WorkerStateMachine(EventLoop loop, Duration terminateTimeout, Consumer<Message> master, IntSupplier inFlight,
			WorkerExit exit, Executor departure) {
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
	 * Whether the master still waits for {@link Message.Ready}, so that a failure is one
	 * of the start.
	 * @return whether this worker starts
	 */
	boolean isStarting() {
		return this.state == WorkerState.STARTING && !this.leaving;
	}

	/**
	 * Sets how long a drain may take that the master does not bound itself.
	 * @param timeout how long
	 */
	void terminateTimeout(Duration timeout) {
		this.terminateTimeout = timeout;
	}

	void received(Message message) {
		if (message instanceof Message.Activate) {
			activate();
		}
		else if (message instanceof Message.Drain order) {
			drain(order.reason(), order.timeout());
		}
	}

	/**
	 * The application's context is complete and its runners have finished.
	 * @param application the application
	 */
	void started(ServingApplication application) {
		if (this.state == WorkerState.STARTING) {
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
		refuseOrAccept();
	}

	private void refuseOrAccept() {
		boolean refusing = !this.accepting;
		if (this.state == WorkerState.READY && this.application != null && this.refusing != refusing) {
			this.refusing = refusing;
			this.application.drains().forEach((drain) -> attempt(() -> drain.refuse(refusing)));
			this.master.accept(new Message.Accepting(!refusing));
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
		if (this.state == WorkerState.READY) {
			this.master.accept(new Message.Unfit(why));
		}
	}

	private void announce() {
		if (isStarting() && this.application != null && this.accepting && !this.broken) {
			this.state = WorkerState.READY;
			this.master.accept(new Message.Ready());
		}
	}

	private void activate() {
		if (this.state != WorkerState.READY || this.activated || this.application == null) {
			return;
		}
		this.activated = true;
		try {
			this.application.drains().forEach((drain) -> drain.open().whenComplete((none, ex) -> {
				if (ex != null) {
					this.loop.execute(() -> notOpened(ex));
				}
			}));
		}
		catch (RuntimeException | Error ex) {
			notOpened(ex);
		}
	}

	private void notOpened(Throwable failure) {
		logger.error("This worker cannot begin to serve, and exits", failure);
		if (this.state == WorkerState.READY && !this.leaving) {
			this.leaving = true;
			this.departure.execute(() -> {
				LoopLog.flush(LAST_LINES);
				this.exit.exit().accept(1);
			});
		}
	}

	/** SIGTERM was received. */
	void terminate() {
		if (this.impatient) {
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
		if (this.state == WorkerState.STARTING || this.state == WorkerState.READY) {
			drain(DrainReason.DISCONNECTED, this.terminateTimeout);
		}
	}

	/** The control stream ended. */
	void masterLost() {
		logger.warn("The master is gone (its control stream ended): this worker drains and exits");
		this.loop.schedule(this::halt, this.terminateTimeout.plus(HALT_DELAY));
		drain(DrainReason.MASTER_LOST, this.terminateTimeout);
	}

	private void drain(DrainReason reason, Duration bound) {
		this.handsOver |= reason == DrainReason.HANDOVER;
		if (this.state == WorkerState.STARTING || this.state == WorkerState.READY) {
			begin(reason, bound);
		}
		if (this.state == WorkerState.DRAINING) {
			this.loop.schedule(this::timeIsUp, bound);
			hasten(reason);
		}
		if (reason != DrainReason.CONTEXT_CLOSED && !this.leaving) {
			this.leaving = true;
			ServingApplication application = this.application;
			this.departure.execute(() -> leave(application));
		}
	}

	private void begin(DrainReason reason, Duration bound) {
		ServingApplication application = this.application;
		if (isToldToTheMaster(reason)) {
			this.master.accept(new Message.Draining(reason));
		}
		if (application == null) {
			end();
			return;
		}
		logger.info("Draining (%s), for %d s at most".formatted(reason, bound.toSeconds()));
		this.state = WorkerState.DRAINING;
		this.awaitsIdleConnections = reason.awaitsIdleConnections();
		this.loop.schedule(() -> this.impatient = true, SAME_STOP);
		CompletableFuture
			.allOf(application.drains().stream().map((drain) -> begin(drain, reason)).toArray(CompletableFuture[]::new))
			.whenComplete((none, ex) -> this.loop.execute(this::drainEnded));
	}

	private void drainEnded() {
		if (this.state == WorkerState.DRAINING && this.handsOver) {
			this.master.accept(new Message.Drained());
		}
		end();
	}

	private boolean isToldToTheMaster(DrainReason reason) {
		return switch (reason) {
			case TERMINATED, DISCONNECTED -> true;
			case CONTEXT_CLOSED -> this.application != null;
			case STOP, RELOAD, HANDOVER, REPLACED, SCALED_DOWN, RESTART, MASTER_LOST -> false;
		};
	}

	private void hasten(DrainReason reason) {
		boolean awaited = this.awaitsIdleConnections;
		this.awaitsIdleConnections &= reason.awaitsIdleConnections();
		if (awaited && !this.awaitsIdleConnections && this.application != null) {
			this.application.drains().forEach((drain) -> attempt(() -> drain.hasten(reason)));
		}
	}

	private CompletableFuture<Void> begin(Drain drain, DrainReason reason) {
		try {
			return drain.begin(reason).toCompletableFuture();
		}
		catch (RuntimeException ex) {
			logger.error("%s cannot be drained".formatted(drain), ex);
			return CompletableFuture.completedFuture(null);
		}
	}

	private void timeIsUp() {
		if (this.state == WorkerState.DRAINING) {
			int cut = this.inFlight.getAsInt();
			logger.warn("The time to drain is up: what is still in flight is cut (%d requests)".formatted(cut));
			this.master.accept(new Message.Cut(cut));
			end();
		}
	}

	private void end() {
		if (this.state != WorkerState.EXITED) {
			this.state = WorkerState.EXITED;
			this.drained.complete(null);
		}
	}

	// On a thread of its own: it waits, and runs code of the application.
	private void leave(@Nullable ServingApplication application) {
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

}
