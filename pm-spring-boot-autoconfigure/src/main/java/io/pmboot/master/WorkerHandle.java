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
import io.pmboot.event.WorkerHungEvent;
import io.pmboot.event.WorkerUnfitEvent;
import io.pmboot.loop.Deadline;
import io.pmboot.loop.LoopLog;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.process.WorkerProcess;
import org.jspecify.annotations.Nullable;

/**
 * The master's handle on one worker process, and its state machine: STARTING, READY,
 * DRAINING, EXITED, forward only.
 */
final class WorkerHandle {

	private static final LoopLog logger = LoopLog.of(WorkerHandle.class);

	private final WorkerLaunch launch;

	private final boolean copied;

	private final Outside outside;

	private final WorkerOwner owner;

	private final HandleState state;

	private final Fork fork;

	private final Deadline deadline;

	private GroupSettings settings;

	private long forkedAt;

	private boolean refusing;

	private final Ending ending = new Ending();

	private final Pulse pulse;

	private final ControlStream stream = new ControlStream();

	private final StartFailure startFailure = new StartFailure();

	private boolean active;

	WorkerHandle(GroupSettings settings, int index, int generation, boolean copied, Outside outside,
			WorkerOwner owner) {
		this.settings = settings;
		this.launch = new WorkerLaunch(settings.name(), index, generation, settings.program());
		this.copied = copied;
		this.outside = outside;
		this.owner = owner;
		this.state = new HandleState(outside.loop().instant());
		this.fork = new Fork(outside);
		this.deadline = new Deadline(outside.loop());
		this.pulse = new Pulse(outside.loop());
	}

	void fork() {
		this.forkedAt = this.outside.loop().nanoTime();
		this.deadline.set(this::startTimedOut, this.settings.startTimeout());
		this.fork.begin(this.launch, this::forked, this::ended);
	}

	/**
	 * It is forked because another one failed.
	 * @param before how often, and how
	 */
	void follows(String before) {
		this.startFailure.follows(before, this.state);
	}

	private void forked(@Nullable String failure) {
		this.owner.forked(this);
		if (failure != null) {
			this.startFailure.notForked(failure);
			exited(new ExitStatus(ExitStatus.NOT_STARTED), List.of());
			return;
		}
		this.outside.events().accept(new WorkerForkedEvent(info()));
		if (!this.state.isBefore(WorkerState.DRAINING)) {
			this.fork.endWithin(Duration.ZERO);
		}
	}

	private void startTimedOut() {
		moveTo(WorkerState.DRAINING, this.startFailure.timedOut(this.settings.startTimeout()));
		this.fork.endWithin(Duration.ZERO);
	}

	void connected(ControlConnection connection) {
		this.stream.opened(connection);
		this.startFailure.spoke();
	}

	// What its generation is to be is known by now, and holds since its fork.
	void configured(GroupSettings settings) {
		this.settings = settings;
		if (isConnected() && this.state.isBefore(WorkerState.READY)) {
			Duration since = Duration.ofNanos(this.outside.loop().nanoTime() - this.forkedAt);
			this.deadline.set(this::startTimedOut, settings.startTimeout().minus(since));
		}
	}

	void received(Message message) {
		if (message instanceof Message.Ready) {
			ready();
		}
		else if (message instanceof Message.StartFailed failed) {
			this.startFailure.reported(failed.analysis());
			this.fork.endWithin(StartFailure.GRACE);
		}
		else if (message instanceof Message.Waiting waiting) {
			this.startFailure.waits(waiting.what(), this.state);
		}
		else if (message instanceof Message.Draining draining) {
			leaving(draining.reason());
		}
		else if (message instanceof Message.Drained) {
			this.active = false;
			this.owner.drained(this);
		}
		else if (message instanceof Message.Cut cut) {
			this.ending.cut(cut.requests());
		}
		else if (message instanceof Message.Heartbeat heartbeat) {
			this.pulse.beat(heartbeat.load());
		}
		else if (message instanceof Message.Unfit unfit) {
			unfit(unfit.why());
		}
		else if (message instanceof Message.Accepting accepting) {
			accepting(accepting.accepting());
		}
		else {
			fault("sent a message that only a master sends: " + message);
		}
	}

	private void ready() {
		if (wasReady()) {
			fault("said twice that it is ready");
		}
		else if (this.state.isBefore(WorkerState.READY)) {
			this.deadline.cancel();
			this.fork.pardon();
			this.startFailure.over();
			this.pulse.expect();
			moveTo(WorkerState.READY, null);
			this.owner.ready(this);
		}
	}

	void send(Message message) {
		this.stream.send(message);
	}

	/** Has it accept. */
	void activate() {
		this.active = true;
		this.state.explain(null);
		send(new Message.Activate());
	}

	/**
	 * Whether something may be in flight in it, or begin.
	 * @return whether it was activated, and has not drained yet
	 */
	boolean isActive() {
		return this.active;
	}

	/**
	 * More is known of why it is in its state.
	 * @param reason why
	 */
	void explain(String reason) {
		this.state.explain(reason);
	}

	private void leaving(DrainReason reason) {
		if (this.state.isBefore(WorkerState.DRAINING)) {
			this.deadline.cancel();
			moveTo(WorkerState.DRAINING, "by itself: " + reason);
			// It waits for this: nothing is sent to it afterwards.
			send(new Message.Drain(reason, this.settings.terminateTimeout()));
			this.fork.endWithin(this.settings.terminateTimeout());
			this.owner.leaving(this, reason);
		}
	}

	private void fault(String fault) {
		this.stream.close();
		disconnected(fault);
	}

	void disconnected(@Nullable String fault) {
		this.stream.ended();
		if (!this.state.isBefore(WorkerState.DRAINING)) {
			return;
		}
		this.deadline.cancel();
		if (fault != null) {
			logger.warn("Control stream of " + this + " closed: " + fault);
			lose(fault);
		}
		else {
			this.deadline.set(() -> lose("its control stream ended"), ControlStream.GRACE);
		}
	}

	private void lose(String why) {
		this.ending.lose();
		moveTo(WorkerState.DRAINING, why);
		// It notices by the end of its stream and drains.
		this.fork.endWithin(this.settings.terminateTimeout());
		this.owner.lost(this, event(new ExitStatus(0), ExitKind.FATAL, List.of()));
	}

	/** Ends the worker, and has it replaced at once, if it is hung. */
	void judge() {
		String symptom = serves() ? this.pulse.symptom(this.settings.heartbeats()) : null;
		if (symptom != null) {
			moveTo(WorkerState.DRAINING, "hung: " + symptom);
			this.outside.events().accept(new WorkerHungEvent(info(), symptom));
			new Hang(this.state, this.ending).end(symptom, this.fork);
			this.owner.lost(this, event(new ExitStatus(0), ExitKind.FATAL, List.of()));
		}
	}

	private void unfit(String why) {
		if (serves() && !wasLost()) {
			explainUnfit(why);
			this.fork.dump(Hang.DUMP_TIMEOUT, (learned) -> explainUnfit(why + "; " + learned));
			this.outside.events().accept(new WorkerUnfitEvent(info(), why));
			this.owner.unfit(this, event(new ExitStatus(0), ExitKind.FATAL, List.of()));
		}
	}

	private void explainUnfit(String why) {
		if (this.state.isBefore(WorkerState.EXITED)) {
			this.ending.unfit(why);
			this.state.explain("is to be replaced: " + why);
		}
	}

	private void accepting(boolean accepting) {
		this.refusing = !accepting;
		if (serves() && !wasLost()) {
			this.state.explain(accepting ? null : "accepts nothing: its application refuses traffic");
			if (!accepting) {
				this.owner.refuses(this);
			}
		}
	}

	/**
	 * Asks a worker that was unfit to drain and exit, which is not taken for the master's
	 * wish.
	 * @param reason why
	 * @param timeout how long it may take before SIGTERM
	 */
	void retire(DrainReason reason, Duration timeout) {
		if (this.state.isBefore(WorkerState.DRAINING)) {
			drain(reason, timeout, String.valueOf(this.state.reason()));
		}
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
		this.ending.request();
		drain(reason, timeout, "asked to: " + reason);
	}

	private void drain(DrainReason reason, Duration timeout, String explanation) {
		if (this.state.isBefore(WorkerState.DRAINING)) {
			this.deadline.cancel();
			moveTo(WorkerState.DRAINING, explanation);
		}
		send(new Message.Drain(reason, timeout));
		// One that lost its stream drains already; one that has none yet is only told by
		// a signal.
		this.fork.endWithin((isConnected() || wasLost()) ? timeout : Duration.ZERO);
	}

	private void ended(ExitStatus status, WorkerProcess process) {
		this.startFailure.ended(process);
		exited(status, process.lastOutput());
	}

	private void exited(ExitStatus status, List<String> lastOutput) {
		this.active = false;
		this.deadline.cancel();
		this.fork.pardon();
		moveTo(WorkerState.EXITED, this.ending.reason(status, this.startFailure));
		WorkerExitedEvent event = event(status, this.ending.kind(status, wasReady(), this.fork.wasKilled()),
				lastOutput);
		this.outside.events().accept(event);
		this.owner.exited(this, event);
	}

	private WorkerExitedEvent event(ExitStatus status, ExitKind kind, List<String> lastOutput) {
		return new WorkerExitedEvent(info(), status, kind, lastOutput);
	}

	private void moveTo(WorkerState next, @Nullable String reason) {
		this.state.moveTo(next, reason, this.outside.loop().instant());
	}

	WorkerInfo info() {
		return new WorkerInfo(this.launch.group(), index(), generation(), this.copied, pid(), this.state.state(),
				this.refusing, this.state.since(), this.state.reason(), this.pulse.last());
	}

	WorkerState state() {
		return this.state.state();
	}

	boolean serves() {
		return isConnected() && state() == WorkerState.READY;
	}

	boolean isBefore(WorkerState other) {
		return this.state.isBefore(other);
	}

	int requestsCut() {
		return this.ending.requestsCut(this.fork, this.pulse);
	}

	Pulse pulse() {
		return this.pulse;
	}

	long pid() {
		return this.fork.pid();
	}

	WorkerLaunch launch() {
		return this.launch;
	}

	int index() {
		return this.launch.index();
	}

	int generation() {
		return this.launch.generation();
	}

	boolean wasReady() {
		return this.state.wasReady();
	}

	boolean wasLost() {
		return this.ending.isLost();
	}

	boolean isConnected() {
		return this.stream.isOpen();
	}

	// Whether it ended before any JVM ran.
	boolean neverRan() {
		return this.startFailure.neverRan();
	}

	// Why it did not start, as far as it is known otherwise than by its exit.
	@Nullable String startFailure() {
		return this.startFailure.reason();
	}

	@Override
	public String toString() {
		return "%s-%d (generation %d, pid %d)".formatted(this.launch.group(), index(), generation(), pid());
	}

}
