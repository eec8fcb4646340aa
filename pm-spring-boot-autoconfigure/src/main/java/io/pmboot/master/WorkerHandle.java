package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Message;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.process.WorkerProcess;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The master's handle on one worker process, and its state machine: STARTING, READY,
 * DRAINING, EXITED, forward only.
 */
final class WorkerHandle {

	/**
	 * Between the end of a control stream and the exit that usually follows it; a worker
	 * that lives longer without its stream is given up.
	 */
	static final Duration DISCONNECT_GRACE = Duration.ofSeconds(3);

	/** For a worker that reported a failed start to exit by itself. */
	static final Duration FAILED_START_GRACE = Duration.ofSeconds(5);

	private static final Log logger = LogFactory.getLog(WorkerHandle.class);

	private final GroupSettings settings;

	private final int index;

	private final int generation;

	private final Outside outside;

	private final WorkerOwner owner;

	private final HandleState state;

	private @Nullable WorkerProcess process;

	private @Nullable Ultimatum ultimatum;

	private @Nullable ControlConnection connection;

	private EventLoop.@Nullable Timer timer;

	private boolean wasReady;

	private boolean stopRequested;

	private boolean lost;

	private @Nullable String startFailure;

	WorkerHandle(GroupSettings settings, int index, int generation, Outside outside, WorkerOwner owner) {
		this.settings = settings;
		this.index = index;
		this.generation = generation;
		this.outside = outside;
		this.owner = owner;
		this.state = new HandleState(outside.loop().instant());
	}

	void fork() {
		EventLoop loop = this.outside.loop();
		this.timer = loop.schedule(this::startTimedOut, this.settings.startTimeout());
		this.outside.launcher()
			.launch(new WorkerLaunch(this.settings.name(), this.index, this.generation, this.settings.program()))
			.whenComplete((forked, failure) -> loop.execute(() -> forked(forked, failure)));
	}

	private void forked(@Nullable WorkerProcess forked, @Nullable Throwable failure) {
		if (forked == null) {
			this.startFailure = "could not be forked: "
					+ ((failure != null) ? failure.getMessage() : "no reason given");
			this.owner.forked(this);
			exited(new ExitStatus(ExitStatus.NOT_STARTED), List.of());
			return;
		}
		this.process = forked;
		this.ultimatum = new Ultimatum(this.outside.loop(), forked);
		this.owner.forked(this);
		this.outside.events().accept(new WorkerForkedEvent(info()));
		forked.exited()
			.whenComplete((status, failed) -> this.outside.loop().execute(() -> exited(status, forked.lastOutput())));
		if (!this.state.isBefore(WorkerState.DRAINING)) {
			this.ultimatum.within(Duration.ZERO);
		}
	}

	private void startTimedOut() {
		this.startFailure = "not ready within " + Text.of(this.settings.startTimeout());
		moveTo(WorkerState.DRAINING, this.startFailure);
		endWithin(Duration.ZERO);
	}

	void connected(ControlConnection connection, List<String> listeners, MessageSettings messages) {
		this.connection = connection;
		connection.send(new Message.Welcome(Message.Hello.VERSION, this.settings.name(), this.index, this.generation,
				listeners, this.settings.terminateTimeout(), messages.maxPayload(), messages.maxQueued()));
	}

	void received(Message message) {
		if (message instanceof Message.Ready) {
			ready();
		}
		else if (message instanceof Message.StartFailed failed) {
			this.startFailure = failed.analysis();
			endWithin(FAILED_START_GRACE);
		}
		else if (message instanceof Message.Draining draining) {
			leaving(draining.reason());
		}
		else {
			fault("sent a message that only a master sends: " + message);
		}
	}

	private void ready() {
		if (this.wasReady) {
			fault("said twice that it is ready");
		}
		else if (this.state.isBefore(WorkerState.READY)) {
			cancelTimer();
			if (this.ultimatum != null) {
				this.ultimatum.cancel();
			}
			this.startFailure = null;
			this.wasReady = true;
			moveTo(WorkerState.READY, null);
			this.owner.ready(this);
		}
	}

	void activate() {
		if (this.connection != null) {
			this.connection.send(new Message.Activate());
		}
	}

	private void leaving(DrainReason reason) {
		if (this.state.isBefore(WorkerState.DRAINING)) {
			cancelTimer();
			moveTo(WorkerState.DRAINING, "by itself: " + reason);
			endWithin(this.settings.terminateTimeout());
			this.owner.leaving(this);
		}
	}

	private void fault(String fault) {
		if (this.connection != null) {
			this.connection.close();
		}
		disconnected(fault);
	}

	void disconnected(@Nullable String fault) {
		this.connection = null;
		if (!this.state.isBefore(WorkerState.DRAINING)) {
			return;
		}
		cancelTimer();
		if (fault != null) {
			logger.warn("Control stream of " + this + " closed: " + fault);
			lose(fault);
		}
		else {
			this.timer = this.outside.loop().schedule(() -> lose("its control stream ended"), DISCONNECT_GRACE);
		}
	}

	private void lose(String why) {
		this.timer = null;
		this.lost = true;
		moveTo(WorkerState.DRAINING, why);
		// It notices by the end of its stream and drains.
		endWithin(this.settings.terminateTimeout());
		this.owner.lost(this, event(new ExitStatus(0), ExitKind.FATAL, List.of()));
	}

	/**
	 * Asks the worker to drain and exit. Asked again, only the shorter time counts.
	 * @param reason why
	 * @param timeout how long it may take before SIGTERM
	 */
	void stop(DrainReason reason, Duration timeout) {
		if (!this.state.isBefore(WorkerState.EXITED)) {
			return;
		}
		this.stopRequested = true;
		if (this.state.isBefore(WorkerState.DRAINING)) {
			cancelTimer();
			moveTo(WorkerState.DRAINING, "asked to: " + reason);
		}
		if (this.connection != null) {
			this.connection.send(new Message.Drain(reason, timeout));
		}
		// One that lost its stream drains already; one that has none yet is only told by
		// a signal.
		endWithin((this.connection != null || this.lost) ? timeout : Duration.ZERO);
	}

	private void endWithin(Duration timeout) {
		if (this.ultimatum != null) {
			this.ultimatum.within(timeout);
		}
	}

	private void exited(ExitStatus status, List<String> lastOutput) {
		cancelTimer();
		boolean killed = false;
		if (this.ultimatum != null) {
			this.ultimatum.cancel();
			killed = this.ultimatum.killed();
		}
		moveTo(WorkerState.EXITED, status.toString());
		WorkerExitedEvent event = event(status, kind(status, killed), lastOutput);
		this.outside.events().accept(event);
		this.owner.exited(this, event);
	}

	private ExitKind kind(ExitStatus status, boolean killed) {
		if (this.stopRequested) {
			return killed ? ExitKind.KILLED : ExitKind.REQUESTED;
		}
		return (this.wasReady && !this.lost && status.code() == 0) ? ExitKind.VOLUNTARY : ExitKind.FATAL;
	}

	private WorkerExitedEvent event(ExitStatus status, ExitKind kind, List<String> lastOutput) {
		return new WorkerExitedEvent(info(), status, kind, lastOutput);
	}

	private void moveTo(WorkerState next, @Nullable String reason) {
		this.state.moveTo(next, reason, this.outside.loop().instant());
	}

	private void cancelTimer() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	WorkerInfo info() {
		return new WorkerInfo(this.settings.name(), this.index, this.generation, pid(), this.state.state(),
				this.state.since(), this.state.reason());
	}

	long pid() {
		return (this.process != null) ? this.process.pid() : 0;
	}

	int index() {
		return this.index;
	}

	int generation() {
		return this.generation;
	}

	boolean wasReady() {
		return this.wasReady;
	}

	boolean wasLost() {
		return this.lost;
	}

	boolean isConnected() {
		return this.connection != null;
	}

	/**
	 * Why it did not start, as far as it is known otherwise than by its exit.
	 * @return the reason, or {@code null}
	 */
	@Nullable String startFailure() {
		return this.startFailure;
	}

	@Override
	public String toString() {
		return "%s-%d (generation %d, pid %d)".formatted(this.settings.name(), this.index, this.generation, pid());
	}

}
