package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.Answers;
import io.pmboot.DrainReason;
import io.pmboot.ExitStatus;
import io.pmboot.WorkerLoad;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Frame;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.process.WorkerProcess;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * A worker process that behaves as its script says. Checks on its side of the wire what a
 * master may tell it.
 */
final class FakeWorker implements WorkerProcess, ControlConnection {

	final WorkerLaunch launch;

	final List<Frame> received = new ArrayList<>();

	private final FakeWorld world;

	private final long pid;

	private final Script script;

	private final CompletableFuture<ExitStatus> exited = new CompletableFuture<>();

	private boolean connected;

	private boolean saidReady;

	private boolean activated;

	private boolean draining;

	private boolean drained;

	private boolean left;

	private boolean asked;

	private boolean readyOnceAnswered;

	Frame.@Nullable Welcome told;

	private boolean hung;

	private List<String> deadlock = List.of();

	private int acceptors = 1;

	private int collecting;

	private int beats;

	private boolean unfit;

	/** Forked though nothing was missing. */
	boolean spare;

	private @Nullable Long residentSize;

	private boolean reticent;

	private Duration observed = Duration.ZERO;

	private Answers answers = Answers.NONE;

	@Nullable Long mustEndBy;

	FakeWorker(FakeWorld world, long pid, WorkerLaunch launch, Script script) {
		this.world = world;
		this.pid = pid;
		this.launch = launch;
		this.script = script;
	}

	void begin() {
		if (this.script.exitAtStart() != null) {
			later(this.script.exitAfter(), () -> exit(this.script.exitAtStart()));
		}
		later(this.script.connectAfter(), () -> {
			this.connected = true;
			this.world.loop().notice(() -> this.world.supervisor().connected(this.pid, this));
		});
		if (this.script.ready()) {
			later(this.script.connectAfter().plus(this.script.readyAfter()), this::ready);
		}
	}

	private void ready() {
		if (this.asked || this.told == null) {
			this.readyOnceAnswered = true;
		}
		else if (!this.draining) {
			this.saidReady = true;
			tell(new Frame.Ready());
		}
	}

	private void welcomed(Frame.Welcome welcome) {
		this.world.check(
				welcome.listeners()
					.equals(this.world.listeners().addresses(this.launch.group(), this.launch.generation())),
				"is told where its generation listens", this);
		if (this.told == null) {
			beat(welcome.heartbeatInterval());
		}
		this.told = welcome;
		this.asked = !this.reticent && !welcome.masterProfiles().isEmpty();
		if (this.asked) {
			later(Duration.ofMillis(2), () -> tell(FakeConfigurations.of(this.launch.generation())));
		}
		else if (this.readyOnceAnswered) {
			ready();
		}
	}

	void later(Duration delay, Runnable task) {
		this.world.loop().at(delay, () -> {
			if (alive() && !this.hung) {
				task.run();
			}
			else {
				this.world.nothingHappened();
			}
		});
	}

	void tell(Frame frame) {
		if (this.connected) {
			this.world.loop().notice(() -> this.world.supervisor().received(this.pid, frame));
		}
	}

	private void beat(Duration interval) {
		later(interval, () -> {
			if (this.connected) {
				// Late by a little, as real ones are.
				Duration lag = Duration.ofMillis(this.pid % 7);
				if (this.world.leaking) {
					this.residentSize = DataSize.ofMegabytes(this.beats).toBytes();
				}
				int launches = this.world.launches.size();
				tell(new Frame.Heartbeat(new WorkerLoad(1, null, 2, this.residentSize, this.beats++, 0, null, lag,
						this.collecting, this.acceptors, this.deadlock, Map.of("pid", (double) this.pid))));
				answer();
				if (this.world.launches.size() == launches) {
					this.world.nothingHappened();
				}
				beat(interval);
			}
		});
	}

	// A machine that is busy: what is to be told four times a second is told once.
	private void answerLater() {
		Duration interval = this.observed.multipliedBy(4);
		later(interval, () -> {
			this.world.nothingHappened();
			if (!this.observed.isZero()) {
				answer();
				answerLater();
			}
		});
	}

	private void answer() {
		if (serving()) {
			this.answers = this.answers.plus(this.world.answers(this.launch));
			tell(new Frame.Answered(this.answers));
		}
	}

	boolean isObserved() {
		return !this.observed.isZero();
	}

	/** Does not say what its configuration is, whoever asks. */
	void keepConfiguration() {
		this.reticent = true;
	}

	/** Does nothing any more, as if it were stopped. */
	void hang() {
		this.hung = true;
	}

	/**
	 * Some of its threads wait for each other from now on.
	 * @param threads their names
	 */
	void deadlock(String... threads) {
		this.deadlock = List.of(threads);
	}

	/**
	 * Tells of its acceptors from now on.
	 * @param count how many live
	 */
	void acceptors(int count) {
		this.acceptors = count;
	}

	/**
	 * Its collector takes much of the time from now on.
	 * @param percent how much
	 */
	void collect(int percent) {
		this.collecting = percent;
	}

	/**
	 * Has served so many requests by now; each heartbeat tells of one more.
	 * @param requests how many
	 */
	void served(int requests) {
		this.beats = requests;
	}

	/**
	 * Has so much memory from now on.
	 * @param residentSize bytes
	 */
	void grown(long residentSize) {
		this.residentSize = residentSize;
	}

	/** Says that it is not fit to go on. */
	void unfit() {
		if (this.saidReady && !this.draining) {
			this.unfit = true;
			tell(new Frame.Unfit("it is broken"));
		}
	}

	boolean isUnfit() {
		return this.unfit;
	}

	boolean isHung() {
		return !fault().isEmpty();
	}

	/**
	 * What is wrong with it.
	 * @return a word; none where it is healthy
	 */
	String fault() {
		if (this.hung) {
			return "silent";
		}
		if (this.acceptors == 0) {
			return "accepts nothing";
		}
		return (this.collecting >= 95) ? "collects garbage" : this.deadlock.isEmpty() ? "" : "deadlocked";
	}

	void leave() {
		leave(DrainReason.TERMINATED);
	}

	/**
	 * Whether its end was the master's idea.
	 * @return whether it was asked before it said that it leaves
	 */
	boolean askedToDrain() {
		return !this.left && toldToDrain();
	}

	void leave(DrainReason reason) {
		this.left |= !toldToDrain();
		this.draining = true;
		tell(new Frame.Draining(reason));
		later(this.script.drainTakes(), () -> exit(0));
	}

	void breakStream(@Nullable String fault) {
		if (this.connected) {
			this.connected = false;
			this.world.loop().notice(() -> this.world.supervisor().disconnected(this.pid, fault));
			later(this.script.drainTakes(), () -> exit(0));
		}
	}

	void exit(int code) {
		if (this.exited.isDone()) {
			return;
		}
		if (this.connected) {
			this.connected = false;
			this.world.loop().notice(() -> this.world.supervisor().disconnected(this.pid, null));
		}
		this.exited.complete(new ExitStatus(code));
		this.world.turns.died(this);
	}

	boolean alive() {
		return !this.exited.isDone();
	}

	boolean connected() {
		return this.connected && alive();
	}

	boolean wasActivated() {
		return this.activated;
	}

	/**
	 * Whether the master asked for its end, or knows of it.
	 * @return whether it was told
	 */
	boolean toldToDrain() {
		return this.received.stream().anyMatch(Frame.Drain.class::isInstance);
	}

	private void drained() {
		if (this.connected) {
			this.drained = true;
			tell(new Frame.Drained());
		}
		later(Duration.ofMillis(this.pid % 400), () -> exit(0));
	}

	/**
	 * Whether it does something, or may begin to.
	 * @return whether it was activated, and has not drained
	 */
	boolean active() {
		return alive() && this.activated && !this.drained;
	}

	boolean isConnected() {
		return this.connected;
	}

	boolean waitsToServe() {
		return alive() && this.saidReady && !this.activated && !this.draining;
	}

	boolean serving() {
		return alive() && this.activated && !this.draining && !this.hung;
	}

	@Override
	public void send(Frame frame) {
		if (!this.connected) {
			return;
		}
		this.received.add(frame);
		this.world.mailed(this, frame);
		if (frame instanceof Frame.Welcome welcome) {
			welcomed(welcome);
		}
		else if (frame instanceof Frame.Activate) {
			this.world.check(this.saidReady, "activated only after it said READY", this);
			this.world.check(!this.activated, "activated once", this);
			this.world.check(this.received.stream().noneMatch(Frame.Drain.class::isInstance),
					"not activated after it was told to drain", this);
			this.activated = true;
		}
		else if (frame instanceof Frame.Drain drain) {
			this.draining = true;
			endBy(drain.timeout().plus(ChildProcess.GRACE));
			this.world.drainOrdered(this, drain);
			later(this.script.drainTakes(), this::drained);
		}
		else if (frame instanceof Frame.Observe observe) {
			this.world.check(observe.interval().isZero() == isObserved(), "is told once to be observed, or not", this);
			this.observed = observe.interval();
			if (isObserved()) {
				answerLater();
			}
		}
		else if (frame instanceof Frame.GrantTurn turn) {
			this.world.turns.granted(this, turn.id());
		}
	}

	@Override
	public void close() {
		if (this.connected) {
			this.connected = false;
			later(this.script.drainTakes(), () -> exit(0));
		}
	}

	private void endBy(Duration timeout) {
		long by = this.world.loop().awakeNanos() + timeout.toNanos();
		this.mustEndBy = (this.mustEndBy != null) ? Math.min(this.mustEndBy, by) : by;
	}

	@Override
	public long pid() {
		return this.pid;
	}

	@Override
	public void terminate() {
		endBy(ChildProcess.GRACE);
		if (toldToDrain()) {
			tell(new Frame.Cut(2));
		}
		this.draining = true;
		if (!this.script.ignoresTerm() && !this.hung) {
			later(Duration.ofMillis(200), () -> exit(143));
		}
	}

	@Override
	public void kill() {
		this.world.loop().at(Duration.ofMillis(1), () -> exit(137));
	}

	@Override
	public CompletionStage<String> dump(Duration timeout) {
		this.world.check(isHung() || this.unfit, "only a hung or unfit worker is dumped", this);
		if (!this.unfit) {
			endBy(timeout.plusMillis(1));
		}
		CompletableFuture<String> learned = new CompletableFuture<>();
		this.world.loop().at(timeout, () -> learned.complete("it says nothing"));
		return learned;
	}

	@Override
	public CompletionStage<ExitStatus> exited() {
		return this.exited;
	}

	@Override
	public Output lastOutput(int max) {
		return new Output(1, List.of("last words of " + this.pid));
	}

	@Override
	public @Nullable String noJvm() {
		return this.script.noJvm();
	}

	@Override
	public @Nullable String noStarter() {
		return null;
	}

	@Override
	public String toString() {
		return "%s-%d generation %d pid %d".formatted(this.launch.group(), this.launch.index(),
				this.launch.generation(), this.pid);
	}

	/**
	 * What a worker does.
	 *
	 * @param connectAfter from the fork to its Hello
	 * @param ready whether it ever says READY
	 * @param readyAfter from Hello to READY
	 * @param exitAtStart an exit code, or {@code null} where it does not exit by itself
	 * @param exitAfter from the fork to that exit
	 * @param drainTakes from the order to drain to its exit
	 * @param ignoresTerm whether only SIGKILL ends it
	 * @param noJvm why no JVM comes up, or {@code null} where one does
	 */
	record Script(Duration connectAfter, boolean ready, Duration readyAfter, @Nullable Integer exitAtStart,
			Duration exitAfter, Duration drainTakes, boolean ignoresTerm, @Nullable String noJvm) {

		Script(Duration connectAfter, boolean ready, Duration readyAfter, @Nullable Integer exitAtStart,
				Duration exitAfter, Duration drainTakes, boolean ignoresTerm) {
			this(connectAfter, ready, readyAfter, exitAtStart, exitAfter, drainTakes, ignoresTerm, null);
		}

		/**
		 * A JVM that does not come up.
		 * @return the script
		 */
		static Script noJvm(String why) {
			return new Script(Duration.ofDays(1), false, Duration.ZERO, 1, Duration.ofMillis(20), Duration.ZERO, false,
					why);
		}

		static Script good() {
			return new Script(Duration.ofMillis(300), true, Duration.ofSeconds(4), null, Duration.ZERO,
					Duration.ofMillis(500), false);
		}

		Script connecting(Duration after) {
			return new Script(after, this.ready, this.readyAfter, this.exitAtStart, this.exitAfter, this.drainTakes,
					this.ignoresTerm);
		}

		Script failing(int code, Duration after) {
			return new Script(this.connectAfter, false, this.readyAfter, code, after, this.drainTakes,
					this.ignoresTerm);
		}

		Script neverReady() {
			return new Script(this.connectAfter, false, this.readyAfter, null, Duration.ZERO, this.drainTakes,
					this.ignoresTerm);
		}

		Script draining(Duration takes) {
			return new Script(this.connectAfter, this.ready, this.readyAfter, this.exitAtStart, this.exitAfter, takes,
					this.ignoresTerm);
		}

		Script stubborn() {
			return new Script(this.connectAfter, this.ready, this.readyAfter, this.exitAtStart, this.exitAfter,
					Duration.ofDays(1), true);
		}

	}

}
