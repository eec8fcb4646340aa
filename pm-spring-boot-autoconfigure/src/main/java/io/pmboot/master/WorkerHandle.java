package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.Heartbeat;
import io.pmboot.RestartReason;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Frame;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.event.WorkerHungEvent;
import io.pmboot.event.WorkerUnfitEvent;
import io.pmboot.loop.LoopLog;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.process.WorkerProcess;
import org.jspecify.annotations.Nullable;

/**
 * The master's handle on one worker process, and its state machine: STARTING, READY,
 * DRAINING, EXITED, forward only; READY and DRAINING may be skipped.
 */
final class WorkerHandle {

	/**
	 * Between the end of a control stream and the exit that usually follows it; a worker
	 * that lives longer without its stream is given up.
	 */
	static final Duration STREAM_GRACE = Duration.ofSeconds(3);

	/** For a worker that is hung or unfit to say what it does. */
	static final Duration DUMP_TIMEOUT = Duration.ofSeconds(2);

	/** How many lines of output an event tells. */
	private static final int EVENT_LINES = 50;

	private static final LoopLog logger = LoopLog.of(WorkerHandle.class);

	final WorkerLaunch launch;

	final Replacement replacement;

	private final boolean copied;

	private final Seams seams;

	private final Group group;

	private final ChildProcess process;

	/** The start, or the end of the control stream, takes too long. */
	private final Deadline deadline;

	private final Heartbeats heartbeats;

	private final StartFailure startFailure = new StartFailure();

	private final Ending ending = new Ending(this.startFailure);

	private GroupSettings settings;

	private long forkedAt;

	private WorkerState state = WorkerState.STARTING;

	private Instant since;

	/** Why it is in its state, where that does not say it all. */
	private @Nullable String reason;

	private boolean wasReady;

	private boolean active;

	private boolean refusing;

	private @Nullable ControlConnection stream;

	private Frame.@Nullable Actuator actuator;

	WorkerHandle(GroupSettings settings, int index, int generation, boolean copied, Seams seams, Group group) {
		this.settings = settings;
		this.launch = new WorkerLaunch(settings.name(), index, generation, settings.program());
		this.copied = copied;
		this.seams = seams;
		this.group = group;
		this.since = seams.loop().instant();
		this.process = new ChildProcess(seams);
		this.deadline = new Deadline(seams.loop());
		this.heartbeats = new Heartbeats(seams.loop());
		this.replacement = new Replacement(seams.loop(), seams.random(), group::reconcile);
	}

	/**
	 * Forks it, and returns at once.
	 * @param before how often others failed in its slot since one was ready, and how the
	 * last did; {@code null} where none did
	 */
	void fork(@Nullable String before) {
		this.forkedAt = this.seams.loop().nanoTime();
		this.reason = before;
		this.startFailure.follows(before);
		this.deadline.set(this::startTimedOut, this.settings.startTimeout());
		this.process.fork(this.launch, this::forked, this::ended);
	}

	private void forked(@Nullable String failure) {
		this.group.forked(this);
		if (failure != null) {
			this.startFailure.notForked(failure);
			exited(new ExitStatus(ExitStatus.NOT_STARTED), List.of());
			return;
		}
		this.seams.events().accept(new WorkerForkedEvent(info()));
		if (!isBefore(WorkerState.DRAINING)) {
			this.process.endWithin(Duration.ZERO);
		}
	}

	private void startTimedOut() {
		moveTo(WorkerState.DRAINING, this.startFailure.timedOut(this.settings.startTimeout()));
		this.process.endWithin(Duration.ZERO);
		this.group.reconcile();
	}

	void connected(ControlConnection connection) {
		this.stream = connection;
		this.startFailure.spoke();
	}

	// What its generation is to be is known by now, and holds since its fork.
	void configured(GroupSettings settings) {
		this.settings = settings;
		if (isConnected() && isBefore(WorkerState.READY)) {
			Duration since = Duration.ofNanos(this.seams.loop().nanoTime() - this.forkedAt);
			this.deadline.set(this::startTimedOut, settings.startTimeout().minus(since));
		}
	}

	void received(Frame frame) {
		if (frame instanceof Frame.Ready) {
			ready();
		}
		else if (frame instanceof Frame.StartFailed failed) {
			this.startFailure.reported(failed.analysis());
			this.process.endWithin(StartFailure.GRACE);
		}
		else if (frame instanceof Frame.Waiting waiting) {
			if (isBefore(WorkerState.READY)) {
				this.reason = this.startFailure.waits(waiting.what());
			}
		}
		else if (frame instanceof Frame.Draining draining) {
			leaving(draining.reason());
		}
		else if (frame instanceof Frame.Drained) {
			drained();
		}
		else if (frame instanceof Frame.Cut told) {
			this.ending.cut(told.requests());
		}
		else if (frame instanceof Frame.Heartbeat heartbeat) {
			this.heartbeats.received(heartbeat.load());
			this.replacement.told(heartbeat.load());
		}
		else if (frame instanceof Frame.Answered told) {
			this.group.answered(this, this.heartbeats.received(told.answers()));
		}
		else if (frame instanceof Frame.Unfit told) {
			unfit(told.why());
		}
		else if (frame instanceof Frame.Accepting accepting) {
			accepting(accepting.accepting());
		}
		else if (frame instanceof Frame.Actuator told) {
			this.actuator = told;
		}
		else {
			fault("sent what this master does not handle: " + frame);
		}
	}

	private void ready() {
		if (this.wasReady) {
			fault("said twice that it is ready");
		}
		else if (isBefore(WorkerState.READY)) {
			this.deadline.cancel();
			this.process.pardon();
			this.startFailure.over();
			this.wasReady = true;
			moveTo(WorkerState.READY, null);
			this.heartbeats.watch(this.settings, this::judged);
			this.replacement.watch(this.settings.properties().recycle());
			this.group.ready(this);
		}
	}

	void send(Frame frame) {
		if (this.stream != null) {
			this.stream.send(frame);
		}
	}

	/** Has it accept. */
	void activate() {
		this.active = true;
		this.reason = null;
		send(new Frame.Activate());
	}

	/** Whether something may be in flight in it, or begin. */
	boolean isActive() {
		return this.active;
	}

	// More is known of why it is in its state.
	void explain(String reason) {
		this.reason = reason;
	}

	private void leaving(DrainReason reason) {
		if (isBefore(WorkerState.DRAINING)) {
			this.deadline.cancel();
			moveTo(WorkerState.DRAINING, "by itself: " + reason);
			// It waits for this: nothing is sent to it afterwards.
			send(new Frame.Drain(reason, this.settings.terminateTimeout()));
			this.process.endWithin(this.settings.terminateTimeout());
			this.group.leaving(this, reason);
		}
	}

	private void drained() {
		if (this.state == WorkerState.DRAINING) {
			this.active = false;
			this.group.reconcile();
		}
		else {
			fault("said that it has drained while it was " + this.state);
		}
	}

	private void fault(String fault) {
		if (this.stream != null) {
			this.stream.close();
		}
		disconnected(fault);
	}

	void disconnected(@Nullable String fault) {
		this.stream = null;
		if (!isBefore(WorkerState.DRAINING)) {
			return;
		}
		this.deadline.cancel();
		if (fault != null) {
			logger.warn("Control stream of " + this + " closed: " + fault);
			lose(fault);
		}
		else {
			this.deadline.set(() -> lose("its control stream ended"), STREAM_GRACE);
		}
	}

	private void lose(String why) {
		moveTo(WorkerState.DRAINING, why);
		// It notices by the end of its stream and drains.
		this.process.endWithin(this.settings.terminateTimeout());
		lost();
	}

	private void lost() {
		this.ending.lost();
		this.group.lost(this, loss());
	}

	/** Stands for the exit that follows, in what is counted. */
	private WorkerExitedEvent loss() {
		return new WorkerExitedEvent(info(), new ExitStatus(0), ExitKind.FATAL, List.of());
	}

	/** Ends the worker, which is hung, and has it replaced at once. */
	private void judged(String symptom) {
		if (isReady()) {
			moveTo(WorkerState.DRAINING, "hung: " + symptom);
			this.seams.events().accept(new WorkerHungEvent(info(), symptom));
			hung(symptom);
			this.process.killAfterDump(DUMP_TIMEOUT, (learned) -> hung(symptom + "; " + learned));
			lost();
		}
	}

	private void hung(String diagnosis) {
		if (isBefore(WorkerState.EXITED)) {
			this.ending.fault("it was hung: " + diagnosis);
			this.reason = "hung: " + diagnosis;
		}
	}

	private void unfit(String why) {
		if (isReady() && !this.ending.isLost()) {
			this.ending.lost();
			explainUnfit(why);
			this.process.dump(DUMP_TIMEOUT, (learned) -> explainUnfit(why + "; " + learned));
			this.seams.events().accept(new WorkerUnfitEvent(info(), why));
			this.group.unfit(this, loss());
		}
	}

	private void explainUnfit(String why) {
		if (isBefore(WorkerState.EXITED)) {
			this.replacement.unfit(why);
			this.ending.fault("it was to be replaced: " + why);
			this.reason = isBefore(WorkerState.DRAINING) ? null : "is to be replaced: " + why;
		}
	}

	private void accepting(boolean accepting) {
		this.refusing = !accepting;
		if (isReady() && !this.ending.isLost()) {
			this.reason = accepting ? null : "accepts nothing: its application refuses traffic";
			if (!accepting) {
				this.group.refuses(this);
			}
		}
	}

	/**
	 * Asks the worker to drain and exit. Asked again, only the shorter time counts.
	 * @param reason why
	 * @param timeout how long it may take before SIGTERM
	 */
	void stop(DrainReason reason, Duration timeout) {
		if (isBefore(WorkerState.EXITED)) {
			this.ending.asked(reason);
			drain(reason, timeout, "asked to: " + reason);
		}
	}

	/**
	 * Asks a worker to drain and exit that is to be replaced. Where it is unfit, that is
	 * not taken for the master's wish.
	 * @param reason why
	 * @param timeout how long it may take before SIGTERM
	 */
	void retire(DrainReason reason, Duration timeout) {
		if (isBefore(WorkerState.DRAINING)) {
			if (!isUnfit()) {
				this.ending.asked(reason);
				this.ending.fault("it was " + this.replacement.due());
			}
			drain(reason, timeout, "is " + this.replacement.due());
		}
	}

	private void drain(DrainReason reason, Duration timeout, String explanation) {
		if (isBefore(WorkerState.DRAINING)) {
			this.deadline.cancel();
			moveTo(WorkerState.DRAINING, explanation);
		}
		send(new Frame.Drain(reason, timeout));
		// One that lost its stream drains already; one that has none yet is only told by
		// a signal.
		this.process.endWithin((isConnected() || this.ending.isLost()) ? timeout : Duration.ZERO);
	}

	private void ended(ExitStatus status, WorkerProcess process) {
		this.startFailure.ended(process);
		exited(status, process.lastOutput(EVENT_LINES).lines());
	}

	private void exited(ExitStatus status, List<String> lastOutput) {
		this.active = false;
		this.deadline.cancel();
		this.process.pardon();
		moveTo(WorkerState.EXITED, this.ending.reason(status));
		WorkerExitedEvent event = new WorkerExitedEvent(info(), status,
				this.ending.kind(status, this.wasReady, this.process.wasKilled()), lastOutput);
		this.seams.events().accept(event);
		this.group.exited(this, event);
	}

	private void moveTo(WorkerState next, @Nullable String reason) {
		if (next.compareTo(this.state) <= 0) {
			throw new IllegalStateException("%s cannot go from %s to %s".formatted(this, this.state, next));
		}
		this.heartbeats.cancel();
		this.replacement.cancel();
		this.state = next;
		this.since = this.seams.loop().instant();
		this.reason = reason;
	}

	WorkerInfo info() {
		return new WorkerInfo(this.launch.group(), index(), generation(), this.copied, pid(), this.state, this.refusing,
				this.since,
				(this.state == WorkerState.READY) ? this.group.recycling().reason(this, this.reason) : this.reason,
				this.heartbeats.last());
	}

	@Nullable WorkerProcess process() {
		return this.process.process();
	}

	WorkerActuator actuator() {
		return WorkerActuator.of(this, this.actuator);
	}

	// All that is known of its exit, which nobody asked for.
	String describe(WorkerExitedEvent exit) {
		return this.ending.describe(exit);
	}

	/** As it said, or had in flight when it last spoke where it had to be killed. */
	int requestsCut() {
		Integer told = this.ending.cut();
		if (told != null) {
			return told;
		}
		Heartbeat last = this.heartbeats.last();
		return (this.process.wasKilled() && last != null) ? last.load().inFlight() : 0;
	}

	boolean isBefore(WorkerState other) {
		return this.state.compareTo(other) < 0;
	}

	boolean isReady() {
		return isConnected() && this.state == WorkerState.READY;
	}

	boolean isConnected() {
		return this.stream != null;
	}

	boolean wasReady() {
		return this.wasReady;
	}

	boolean wasLost() {
		return this.ending.isLost();
	}

	// Whether it said that it is not fit to go on, and is to be replaced.
	boolean isUnfit() {
		return this.replacement.isDue(RestartReason.UNFIT);
	}

	boolean wasAskedTo(DrainReason reason) {
		return this.ending.wasAskedTo(reason);
	}

	// Whether it ended before any JVM ran.
	boolean neverRan() {
		return this.startFailure.neverRan();
	}

	int index() {
		return this.launch.index();
	}

	int generation() {
		return this.launch.generation();
	}

	long pid() {
		return this.process.pid();
	}

	@Override
	public String toString() {
		return "%s-%d (generation %d, pid %d)".formatted(this.launch.group(), index(), generation(), pid());
	}

}
