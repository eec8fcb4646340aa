package io.pmboot.master;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Message;
import io.pmboot.event.WorkerDisconnectedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerReadyEvent;
import org.jspecify.annotations.Nullable;

/**
 * One group: keeps every slot held by a worker, unless the group gave up or was stopped.
 */
final class Group implements WorkerOwner {

	/**
	 * Workers have given theirs up by then: what still accepts fails.
	 */
	private static final Duration END_OF_LISTENERS = Duration.ofMillis(200);

	private final Outside outside;

	private final WorkerRegistry registry;

	private final GroupWorkers workers;

	private final Giveup giveup;

	private final HeartbeatJudge judge;

	private final Turns turns = new Turns();

	private final Standing standing = new Standing();

	private final GroupOperations operations;

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private final GroupReloads reloads;

	private final Generations generations;

	private final Replacements replacements = new Replacements(this);

	private final Activations activations;

	private boolean killed;

	Group(GroupSettings settings, Outside outside, WorkerRegistry registry, ReloadHistory history,
			MessageSettings messages, boolean firstCopied) {
		this.outside = outside;
		this.registry = registry;
		this.generations = new Generations(settings, outside, messages, firstCopied);
		this.workers = new GroupWorkers(this.generations, outside, registry, this);
		this.reloads = new GroupReloads(this, this.standing, outside, history, this.generations);
		this.giveup = new Giveup(settings, outside, this::fill);
		this.operations = new GroupOperations(this, this.workers.slots(), this.standing, outside);
		this.activations = new Activations(this::settings, this.workers.living());
		this.judge = new HeartbeatJudge(this::settings, outside.loop(), this.workers.living());
	}

	/** Forks a worker for each slot that nobody holds, as far as it may now. */
	void fill() {
		this.activations.settle();
		this.replacements.settle();
		Slot slot = this.workers.slots().vacant();
		while (slot != null && this.standing.isRunning() && !this.giveup.holds() && !this.workers.awaitStart()) {
			WorkerHandle worker = fork(slot.index(), slot.generation());
			String history = slot.history();
			if (history != null) {
				worker.follows(history);
			}
			slot.take(worker);
			slot = this.workers.slots().vacant();
		}
		if (this.standing.isRunning() && !this.giveup.holds()) {
			this.replacements.begin();
		}
		this.reloads.proceed();
	}

	WorkerHandle fork(int index, int generation) {
		return this.workers.fork(index, generation);
	}

	void activate(WorkerHandle worker) {
		activate(worker, () -> {
		});
	}

	/**
	 * Has a worker that is READY accept, as soon as it may.
	 * @param worker the worker
	 * @param onActive runs when it was told to
	 */
	void activate(WorkerHandle worker, Runnable onActive) {
		this.activations.request(worker, onActive);
	}

	/**
	 * Whether the next fork has to wait for a worker that is starting.
	 * @return whether it has to
	 */
	boolean awaitsStart() {
		return this.workers.awaitStart();
	}

	void connected(WorkerHandle worker, ControlConnection connection) {
		worker.connected(connection);
		this.reloads.connected(worker);
	}

	void received(WorkerHandle worker, Message message) {
		if (message instanceof Message.Configuration configuration) {
			this.reloads.configuration(worker, configuration);
		}
		else if (!this.turns.received(worker, message)) {
			worker.received(message);
		}
	}

	@Override
	public void forked(WorkerHandle worker) {
		this.registry.forked(worker);
	}

	@Override
	public void ready(WorkerHandle worker) {
		this.workers.slots().of(worker).ifPresent(Slot::succeeded);
		this.judge.watch();
		this.giveup.ready();
		this.outside.events().accept(new WorkerReadyEvent(worker.info()));
		if (!this.replacements.ready(worker)) {
			this.reloads.ready(worker);
		}
		fill();
	}

	@Override
	public void leaving(WorkerHandle worker, DrainReason reason) {
		if (reason == DrainReason.DISCONNECTED) {
			this.outside.events().accept(new WorkerDisconnectedEvent(worker.info()));
		}
		this.workers.slots().leave(worker);
		this.reloads.leaving(worker);
		fill();
	}

	@Override
	public void drained(WorkerHandle worker) {
		fill();
	}

	@Override
	public void lost(WorkerHandle worker, WorkerExitedEvent loss) {
		boolean counted = this.replacements.isWanted(worker);
		failed(worker, String.valueOf(loss.worker().reason()));
		this.workers.slots().leave(worker);
		if (!counted && !this.reloads.answersFor(worker)) {
			this.giveup.fatalExit(loss, worker);
		}
		this.reloads.lost(worker);
		fill();
	}

	@Override
	public void unfit(WorkerHandle worker, WorkerExitedEvent fault) {
		this.replacements.request(worker);
		if (!this.reloads.answersFor(worker)) {
			this.giveup.fatalExit(fault, worker);
		}
		this.reloads.lost(worker);
		fill();
	}

	@Override
	public void refuses(WorkerHandle worker) {
		this.reloads.leaving(worker);
		fill();
	}

	@Override
	public void exited(WorkerHandle worker, WorkerExitedEvent exit) {
		this.turns.exited(worker);
		if (exit.kind() == ExitKind.FATAL) {
			failed(worker, ExitText.of(worker, exit));
		}
		this.workers.exited(worker);
		// Before a reload that waited for this exit is over.
		this.activations.settle();
		this.killed |= this.standing.isEnding() && exit.kind() == ExitKind.KILLED;
		if (exit.kind() == ExitKind.FATAL && !worker.wasLost() && !this.reloads.answersFor(worker)) {
			this.giveup.fatalExit(exit, worker);
		}
		this.reloads.exited(worker, exit);
		fill();
		endedWhenEmpty();
	}

	private void failed(WorkerHandle worker, String how) {
		this.workers.slots().of(worker).ifPresent((slot) -> slot.failed(how));
	}

	GroupReloads reloads() {
		return this.reloads;
	}

	GroupOperations operations() {
		return this.operations;
	}

	void endPause() {
		this.giveup.end();
	}

	void stopWorkers() {
		this.giveup.cancel();
		this.judge.cancel();
		this.replacements.cancel();
		this.outside.listeners().close(name());
		this.workers.stop(DrainReason.STOP, settings().terminateTimeout());
		this.outside.loop().schedule(() -> this.outside.listeners().end(name()), END_OF_LISTENERS);
	}

	/** Another generation serves: what that says of the group holds. */
	void configured() {
		this.giveup.configured(settings());
		this.judge.watch();
		this.operations.configured();
	}

	/** It has been stopped, and its listeners are bound again. */
	void started() {
		this.giveup.end();
		fill();
	}

	/**
	 * Stops every worker and forks none any more.
	 * @return completes when the last has exited
	 */
	CompletableFuture<Void> end() {
		if (!this.standing.isEnding()) {
			this.standing.end();
			this.reloads.abort("the master is stopping");
			stopWorkers();
			endedWhenEmpty();
		}
		return this.ended;
	}

	private void endedWhenEmpty() {
		if (this.standing.isEnding() && this.workers.isEmpty()) {
			this.ended.complete(null);
		}
	}

	/**
	 * Whether one of its workers had to be killed in a stop.
	 * @return whether one was killed
	 */
	boolean killed() {
		return this.killed;
	}

	GroupInfo info() {
		return new GroupInfo(name(), state(), reason(), this.generations.current(),
				this.generations.isCopied(this.generations.current()), this.workers.slots().count(), listen(),
				this.workers.infos());
	}

	private GroupState state() {
		if (!this.standing.isRunning()) {
			return GroupState.STOPPED;
		}
		if (this.reloads.id() != null) {
			return GroupState.RELOADING;
		}
		return this.giveup.pausing() ? GroupState.GIVEN_UP : GroupState.RUNNING;
	}

	private @Nullable String reason() {
		if (!this.standing.isRunning()) {
			return this.standing.reason();
		}
		if (this.reloads.id() != null) {
			return this.reloads.reason();
		}
		long waiting = this.workers.slots().vacancies();
		if (waiting > 0 && !this.giveup.holds()) {
			return "serial-start: %d wait for the worker that is starting".formatted(waiting);
		}
		return this.giveup.reason();
	}

	boolean isStopped() {
		return this.standing.isStopped();
	}

	boolean hasWorkers() {
		return !this.workers.isEmpty();
	}

	int generation() {
		return this.generations.current();
	}

	Set<Integer> livingGenerations() {
		return this.workers.generations();
	}

	GroupSettings settings() {
		return this.generations.settings();
	}

	String name() {
		return settings().name();
	}

	List<String> listen() {
		return this.outside.listeners().addresses(name(), generation());
	}

	/**
	 * How long its workers may take in a stop.
	 * @return the longest time, whichever generation they are of
	 */
	Duration terminateTimeout() {
		return this.generations.terminateTimeout();
	}

	List<Slot> slots() {
		return this.workers.slots().view();
	}

}
