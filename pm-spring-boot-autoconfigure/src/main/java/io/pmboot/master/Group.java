package io.pmboot.master;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Initiator;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadRefusedException;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadStartedEvent;
import io.pmboot.event.WorkerDisconnectedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerReadyEvent;
import org.jspecify.annotations.Nullable;

/**
 * One group: keeps every slot held by a worker, unless the group gave up or was stopped.
 */
final class Group implements WorkerOwner {

	private final GroupSettings settings;

	private final Outside outside;

	private final WorkerRegistry registry;

	private final GroupWorkers workers;

	private final Giveup giveup;

	private final HeartbeatJudge judge;

	private final Turns turns = new Turns();

	private final Standing standing = new Standing();

	private final GroupOperations operations;

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private int generation = 1;

	private int lastGeneration = 1;

	private @Nullable Reload reload;

	private boolean killed;

	Group(GroupSettings settings, Outside outside, WorkerRegistry registry) {
		this.settings = settings;
		this.outside = outside;
		this.registry = registry;
		this.workers = new GroupWorkers(settings, outside, registry, this);
		this.giveup = new Giveup(settings, outside, this::fill);
		this.operations = new GroupOperations(this, this.workers.slots(), this.standing, outside);
		this.judge = new HeartbeatJudge(settings.heartbeats(), outside.loop(), this.workers.living());
	}

	/** Forks a worker for each slot that nobody holds, as far as it may now. */
	void fill() {
		Slot slot = this.workers.slots().vacant();
		while (slot != null && this.standing.isRunning() && !this.giveup.pausing() && !this.workers.awaitStart()) {
			slot.take(fork(slot.index(), slot.generation()));
			slot = this.workers.slots().vacant();
		}
		if (this.reload != null && !this.workers.awaitStart()) {
			this.reload.proceed();
		}
	}

	WorkerHandle fork(int index, int generation) {
		return this.workers.fork(index, generation);
	}

	@Override
	public void forked(WorkerHandle worker) {
		this.registry.forked(worker);
	}

	@Override
	public void ready(WorkerHandle worker) {
		worker.activate();
		this.judge.watch();
		this.giveup.ready();
		this.outside.events().accept(new WorkerReadyEvent(worker.info()));
		if (this.reload != null && this.reload.isSuccessor(worker)) {
			this.reload.successorReady(worker);
		}
		fill();
	}

	@Override
	public void leaving(WorkerHandle worker, DrainReason reason) {
		if (reason == DrainReason.DISCONNECTED) {
			this.outside.events().accept(new WorkerDisconnectedEvent(worker.info()));
		}
		replace(worker);
	}

	private void replace(WorkerHandle worker) {
		this.workers.slots().leave(worker);
		fill();
	}

	@Override
	public void lost(WorkerHandle worker, WorkerExitedEvent loss) {
		if (this.reload == null || !this.reload.isSuccessor(worker)) {
			this.giveup.fatalExit(loss, worker.wasReady());
		}
		replace(worker);
	}

	@Override
	public void exited(WorkerHandle worker, WorkerExitedEvent exit) {
		this.turns.exited(worker);
		this.workers.exited(worker);
		this.killed |= this.standing.isEnding() && exit.kind() == ExitKind.KILLED;
		Reload reload = this.reload;
		if (reload != null && reload.isSuccessor(worker)) {
			reload.successorExited(worker, exit);
		}
		else if (exit.kind() == ExitKind.FATAL && !worker.wasLost()) {
			this.giveup.fatalExit(exit, worker.wasReady());
		}
		fill();
		if (reload != null) {
			reload.exited(worker);
		}
		endedWhenEmpty();
	}

	/**
	 * Says whether a reload can begin.
	 * @throws ReloadRefusedException where it cannot
	 */
	void checkReload() {
		if (this.standing.isEnding()) {
			throw new ReloadRefusedException("Group '%s' is stopping".formatted(this.settings.name()), null);
		}
		if (this.standing.isStopped()) {
			throw new ReloadRefusedException("Group '%s' cannot be reloaded: it is STOPPED (%s)"
				.formatted(this.settings.name(), this.standing.reason()), null);
		}
		if (this.reload != null) {
			String id = this.reload.started().id();
			throw new ReloadRefusedException(
					"Group '%s' is being reloaded already (%s)".formatted(this.settings.name(), id), id);
		}
	}

	PendingReload reload(Initiator initiator) {
		checkReload();
		int to = ++this.lastGeneration;
		ReloadInfo started = ReloadInfo.started(this.settings.name() + "-" + to, this.settings.name(), this.generation,
				to, initiator, this.outside.loop().instant());
		Reload reload = new Reload(this, started, this.workers.slots().all());
		this.reload = reload;
		this.outside.events().accept(new ReloadStartedEvent(started));
		reload.next();
		return new PendingReload(started, reload.finished());
	}

	void reloadFinished(ReloadInfo info) {
		this.reload = null;
		if (info.outcome() == ReloadOutcome.COMPLETED) {
			this.generation = info.toGeneration();
			this.giveup.end();
		}
		this.outside.events().accept(new ReloadFinishedEvent(info));
	}

	void cancelReload(String why) {
		if (this.reload != null) {
			this.reload.cancel(why);
		}
	}

	@Nullable String reloadId() {
		return (this.reload != null) ? this.reload.started().id() : null;
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
		this.outside.listeners().close(this.settings.name());
		this.workers.stop(DrainReason.STOP, this.settings.terminateTimeout());
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
			cancelReload("the master is stopping");
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
		return new GroupInfo(this.settings.name(), state(), reason(), this.generation, false, this.workers.slots().count(),
				listen(), this.workers.infos());
	}

	private GroupState state() {
		if (!this.standing.isRunning()) {
			return GroupState.STOPPED;
		}
		if (this.reload != null) {
			return GroupState.RELOADING;
		}
		return this.giveup.pausing() ? GroupState.GIVEN_UP : GroupState.RUNNING;
	}

	private @Nullable String reason() {
		if (!this.standing.isRunning()) {
			return this.standing.reason();
		}
		if (this.reload != null) {
			return "reload " + this.reload.started().id() + " is under way";
		}
		long waiting = this.workers.slots().vacancies();
		if (waiting > 0 && !this.giveup.pausing()) {
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
		return this.generation;
	}

	GroupSettings settings() {
		return this.settings;
	}

	List<String> listen() {
		return this.outside.listeners().addresses(this.settings.name());
	}

	Turns turns() {
		return this.turns;
	}

	List<Slot> slots() {
		return this.workers.slots().view();
	}

}
