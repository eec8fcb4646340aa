package io.pmboot.master;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.event.WorkerExitedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The planned replacement of a group's workers, one slot at a time: a successor is
 * forked, gets ready, accepts beside its predecessor, and only then the predecessor
 * drains. A successor that fails ends the reload; whoever served before serves on.
 */
final class Reload {

	private static final int OUTPUT_IN_CAUSE = 10;

	private final Group group;

	private final ReloadInfo started;

	private final CompletableFuture<ReloadInfo> finished = new CompletableFuture<>();

	private final int slotCount;

	private final Iterator<Slot> slots;

	private final Set<WorkerHandle> predecessors = new HashSet<>();

	private @Nullable Slot slot;

	private @Nullable WorkerHandle successor;

	private int replaced;

	Reload(Group group, ReloadInfo started, List<Slot> slots) {
		this.group = group;
		this.started = started;
		this.slotCount = slots.size();
		this.slots = slots.iterator();
	}

	void next() {
		this.successor = null;
		if (this.slots.hasNext()) {
			this.slot = this.slots.next();
			this.group.fill();
		}
		else {
			this.slot = null;
			completeWhenEmpty();
		}
	}

	/** Forks the successor that is due, if one is. */
	void proceed() {
		if (this.slot != null && this.successor == null) {
			this.successor = this.group.fork(this.slot.index(), this.started.toGeneration());
		}
	}

	boolean isSuccessor(WorkerHandle worker) {
		return worker == this.successor;
	}

	void successorReady(WorkerHandle worker) {
		Slot slot = this.slot;
		if (slot == null) {
			throw new IllegalStateException(worker + " is a successor of no slot");
		}
		WorkerHandle predecessor = slot.take(worker);
		this.replaced++;
		if (predecessor != null) {
			this.predecessors.add(predecessor);
			predecessor.stop(DrainReason.RELOAD, this.group.settings().drainTimeout());
		}
		next();
	}

	void successorExited(WorkerHandle worker, WorkerExitedEvent exit) {
		this.successor = null;
		finish(ReloadOutcome.FAILED, cause(worker, exit));
	}

	void exited(WorkerHandle worker) {
		if (this.predecessors.remove(worker)) {
			completeWhenEmpty();
		}
	}

	void cancel(String why) {
		if (this.successor != null) {
			this.successor.stop(DrainReason.STOP, this.group.settings().terminateTimeout());
			this.successor = null;
		}
		finish(ReloadOutcome.CANCELLED, why);
	}

	private void completeWhenEmpty() {
		if (this.slot == null && this.predecessors.isEmpty()) {
			finish(ReloadOutcome.COMPLETED, null);
		}
	}

	private void finish(ReloadOutcome outcome, @Nullable String cause) {
		ReloadInfo info = this.started.ended(outcome, cause, this.started.startedAt());
		this.group.reloadFinished(info);
		this.finished.complete(info);
	}

	private String cause(WorkerHandle worker, WorkerExitedEvent exit) {
		StringBuilder cause = new StringBuilder("%s exited before it was ready: ".formatted(worker));
		if (worker.startFailure() != null) {
			cause.append(exit.status()).append(": ").append(worker.startFailure());
		}
		else {
			cause.append(exit.worker().reason()).append(lastOutput(exit.lastOutput()));
		}
		if (this.replaced > 0) {
			cause.append("\n%d of %d slots had been replaced and stay on generation %d".formatted(this.replaced,
					this.slotCount, this.started.toGeneration()));
		}
		return cause.toString();
	}

	private static String lastOutput(List<String> output) {
		return output.isEmpty() ? "" : "; its last output: "
				+ String.join("\n", output.subList(Math.max(0, output.size() - OUTPUT_IN_CAUSE), output.size()));
	}

	ReloadInfo started() {
		return this.started;
	}

	CompletableFuture<ReloadInfo> finished() {
		return this.finished;
	}

}
