package io.pmboot.master;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadRefusedException;
import io.pmboot.WorkerInfo;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadStartedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerReadyEvent;
import org.jspecify.annotations.Nullable;

/**
 * One group: keeps every slot held by a worker, unless the group gave up or was stopped.
 */
final class Group implements WorkerOwner {

	private final GroupSettings settings;

	private final List<String> listen;

	private final Outside outside;

	private final WorkerRegistry registry;

	private final List<Slot> slots;

	private final Set<WorkerHandle> workers = new LinkedHashSet<>();

	private final Giveup giveup;

	private final CompletableFuture<Void> stopped = new CompletableFuture<>();

	private int generation = 1;

	private int lastGeneration = 1;

	private @Nullable Reload reload;

	private boolean stopping;

	private boolean killed;

	Group(GroupSettings settings, List<String> listen, Outside outside, WorkerRegistry registry) {
		this.settings = settings;
		this.listen = List.copyOf(listen);
		this.outside = outside;
		this.registry = registry;
		this.slots = IntStream.range(0, settings.children()).mapToObj((index) -> new Slot(index, 1)).toList();
		this.giveup = new Giveup(settings, outside, this::fill);
	}

	/** Forks a worker for each slot that nobody holds. */
	void fill() {
		for (Slot slot : this.slots) {
			if (slot.current() == null && !this.stopping && !this.giveup.pausing()) {
				slot.take(fork(slot.index(), slot.generation()));
			}
		}
	}

	WorkerHandle fork(int index, int generation) {
		WorkerHandle worker = new WorkerHandle(this.settings, index, generation, this.outside, this);
		this.workers.add(worker);
		this.registry.forking(worker);
		worker.fork();
		return worker;
	}

	@Override
	public void forked(WorkerHandle worker) {
		this.registry.forked(worker);
	}

	@Override
	public void ready(WorkerHandle worker) {
		worker.activate();
		this.giveup.ready();
		this.outside.events().accept(new WorkerReadyEvent(worker.info()));
		if (this.reload != null && this.reload.isSuccessor(worker)) {
			this.reload.successorReady(worker);
		}
	}

	@Override
	public void leaving(WorkerHandle worker) {
		vacate(worker);
		fill();
	}

	@Override
	public void lost(WorkerHandle worker, WorkerExitedEvent loss) {
		if (this.reload == null || !this.reload.isSuccessor(worker)) {
			this.giveup.fatalExit(loss, worker.wasReady());
		}
		leaving(worker);
	}

	@Override
	public void exited(WorkerHandle worker, WorkerExitedEvent exit) {
		this.workers.remove(worker);
		this.registry.exited(worker);
		vacate(worker);
		this.killed |= this.stopping && exit.kind() == ExitKind.KILLED;
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
		stoppedWhenEmpty();
	}

	private void vacate(WorkerHandle worker) {
		this.slots.get(worker.index()).leave(worker);
	}

	/**
	 * Says whether a reload can begin.
	 * @throws ReloadRefusedException where it cannot
	 */
	void checkReload() {
		if (this.stopping) {
			throw new ReloadRefusedException("Group '%s' is stopping".formatted(this.settings.name()), null);
		}
		if (this.reload != null) {
			String id = this.reload.started().id();
			throw new ReloadRefusedException(
					"Group '%s' is being reloaded already (%s)".formatted(this.settings.name(), id), id);
		}
	}

	PendingReload reload() {
		checkReload();
		int to = ++this.lastGeneration;
		ReloadInfo started = new ReloadInfo(this.settings.name() + "-" + to, this.settings.name(), this.generation, to,
				null, null);
		Reload reload = new Reload(this, started, this.slots);
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

	/**
	 * Stops every worker and forks none any more.
	 * @return completes when the last has exited
	 */
	CompletableFuture<Void> stop() {
		if (!this.stopping) {
			this.stopping = true;
			if (this.reload != null) {
				this.reload.cancel("the master is stopping");
			}
			this.giveup.cancel();
			List.copyOf(this.workers)
				.forEach((worker) -> worker.stop(DrainReason.STOP, this.settings.terminateTimeout()));
			stoppedWhenEmpty();
		}
		return this.stopped;
	}

	private void stoppedWhenEmpty() {
		if (this.stopping && this.workers.isEmpty()) {
			this.stopped.complete(null);
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
		List<WorkerInfo> workers = new ArrayList<>(this.workers.stream().map(WorkerHandle::info).toList());
		workers.sort(Comparator.comparingInt(WorkerInfo::index).thenComparingInt(WorkerInfo::generation));
		return new GroupInfo(this.settings.name(), state(), reason(), this.generation, this.settings.children(),
				this.listen, workers);
	}

	private GroupState state() {
		if (this.stopping) {
			return GroupState.STOPPED;
		}
		if (this.reload != null) {
			return GroupState.RELOADING;
		}
		return this.giveup.pausing() ? GroupState.GIVEN_UP : GroupState.RUNNING;
	}

	private @Nullable String reason() {
		if (!this.stopping && this.reload != null) {
			return "reload " + this.reload.started().id() + " is under way";
		}
		return this.giveup.reason();
	}

	GroupSettings settings() {
		return this.settings;
	}

	List<String> listen() {
		return this.listen;
	}

	List<Slot> slots() {
		return this.slots;
	}

}
