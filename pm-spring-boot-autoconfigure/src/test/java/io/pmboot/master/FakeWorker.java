package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.ExitStatus;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Message;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.process.WorkerProcess;
import org.jspecify.annotations.Nullable;

/**
 * A worker process that behaves as its script says. Checks on its side of the wire what a
 * master may tell it.
 */
final class FakeWorker implements WorkerProcess, ControlConnection {

	final WorkerLaunch launch;

	final List<Message> received = new ArrayList<>();

	private final FakeWorld world;

	private final long pid;

	private final Script script;

	private final CompletableFuture<ExitStatus> exited = new CompletableFuture<>();

	private boolean connected;

	private boolean saidReady;

	private boolean activated;

	private boolean draining;

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
			this.world.supervisor().connected(this.pid, this);
		});
		if (this.script.ready()) {
			later(this.script.connectAfter().plus(this.script.readyAfter()), () -> {
				if (!this.draining) {
					this.saidReady = true;
					tell(new Message.Ready());
				}
			});
		}
	}

	void later(Duration delay, Runnable task) {
		this.world.loop().at(delay, () -> {
			if (alive()) {
				task.run();
			}
			else {
				this.world.nothingHappened();
			}
		});
	}

	void tell(Message message) {
		if (this.connected) {
			this.world.supervisor().received(this.pid, message);
		}
	}

	void leave() {
		this.draining = true;
		tell(new Message.Draining(io.pmboot.DrainReason.TERMINATED));
		later(this.script.drainTakes(), () -> exit(0));
	}

	void breakStream(@Nullable String fault) {
		if (this.connected) {
			this.connected = false;
			this.world.supervisor().disconnected(this.pid, fault);
			later(this.script.drainTakes(), () -> exit(0));
		}
	}

	void exit(int code) {
		if (this.exited.isDone()) {
			return;
		}
		if (this.connected) {
			this.connected = false;
			this.world.supervisor().disconnected(this.pid, null);
		}
		this.exited.complete(new ExitStatus(code));
	}

	boolean alive() {
		return !this.exited.isDone();
	}

	boolean isConnected() {
		return this.connected;
	}

	boolean serving() {
		return alive() && this.activated && !this.draining;
	}

	@Override
	public void send(Message message) {
		if (!this.connected) {
			return;
		}
		this.received.add(message);
		this.world.mailed(this, message);
		if (message instanceof Message.Activate) {
			this.world.check(this.saidReady, "activated only after it said READY", this);
			this.world.check(!this.activated, "activated once", this);
			this.world.check(this.received.stream().noneMatch(Message.Drain.class::isInstance),
					"not activated after it was told to drain", this);
			this.activated = true;
		}
		else if (message instanceof Message.Drain drain) {
			this.draining = true;
			endBy(drain.timeout().plus(Ultimatum.GRACE));
			this.world.drainOrdered(this, drain);
			later(this.script.drainTakes(), () -> exit(0));
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
		long by = this.world.loop().nanoTime() + timeout.toNanos();
		this.mustEndBy = (this.mustEndBy != null) ? Math.min(this.mustEndBy, by) : by;
	}

	@Override
	public long pid() {
		return this.pid;
	}

	@Override
	public void terminate() {
		endBy(Ultimatum.GRACE);
		this.draining = true;
		if (!this.script.ignoresTerm()) {
			later(Duration.ofMillis(200), () -> exit(143));
		}
	}

	@Override
	public void kill() {
		later(Duration.ofMillis(1), () -> exit(137));
	}

	@Override
	public CompletionStage<ExitStatus> exited() {
		return this.exited;
	}

	@Override
	public List<String> lastOutput() {
		return List.of("last words of " + this.pid);
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
	 */
	record Script(Duration connectAfter, boolean ready, Duration readyAfter, @Nullable Integer exitAtStart,
			Duration exitAfter, Duration drainTakes, boolean ignoresTerm) {

		static Script good() {
			return new Script(Duration.ofMillis(300), true, Duration.ofSeconds(4), null, Duration.ZERO,
					Duration.ofMillis(500), false);
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
