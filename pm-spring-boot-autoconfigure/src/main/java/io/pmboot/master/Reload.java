package io.pmboot.master;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.pmboot.ExitKind;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.WorkerState;
import io.pmboot.event.WorkerExitedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The planned replacement of a group's workers by those of another generation. A worker
 * of that generation that fails meanwhile ends it: whoever served before serves on, and
 * slots that have been replaced go back.
 */
final class Reload {

	private final Group group;

	private final Generations generations;

	private final EventLoop loop;

	private final ReloadLog log;

	private final Leaving leaving;

	private final List<Slot> slots;

	private final int from;

	private final int to;

	private final Deadline copyDeadline;

	private final Reconfiguration configuration;

	private final CompletableFuture<ReloadInfo> finished = new CompletableFuture<>();

	private @Nullable Succession succession;

	private @Nullable Retreat retreat;

	private @Nullable String cause;

	private boolean cancelled;

	Reload(Group group, Generations generations, Outside outside, ReloadLog log) {
		this.group = group;
		this.generations = generations;
		this.loop = outside.loop();
		this.log = log;
		this.leaving = new Leaving(log);
		this.slots = List.copyOf(group.slots());
		this.from = log.started().fromGeneration();
		this.to = log.started().toGeneration();
		this.copyDeadline = new Deadline(this.loop);
		this.configuration = new Reconfiguration(generations, outside, log, this::goBack, this::forkAgain);
	}

	/** Makes the copy of the generation first. */
	void copyAndReplace() {
		String tooLong = "to copy the application took longer than " + Text.of(this.group.settings().startTimeout());
		this.copyDeadline.set(() -> notCopied(tooLong), this.group.settings().startTimeout());
		this.generations.copy(this.to)
			.whenComplete((copied, failure) -> this.loop.execute(() -> copied(copied, failure)));
	}

	private void copied(@Nullable Boolean copied, @Nullable Throwable failure) {
		if (this.finished.isDone() || isGoingBack()) {
			this.generations.superfluous();
			this.group.reloads().tidy();
			return;
		}
		this.copyDeadline.cancel();
		if (copied == null) {
			Throwable reason = (failure instanceof CompletionException) ? failure.getCause() : failure;
			notCopied((reason != null) ? String.valueOf(reason.getMessage()) : "no reason given");
			return;
		}
		this.generations.copied(this.to, copied);
		this.log.step(ReloadStep.Kind.COPIED, this.generations.remark(this.to));
		replace();
	}

	private void notCopied(String reason) {
		String what = "Generation %d cannot be started: %s".formatted(this.to, reason);
		this.log.step(ReloadStep.Kind.FAILED, what);
		this.cause = what;
		finish(ReloadOutcome.FAILED);
		this.group.fill();
	}

	/** Has the generation listen again where it did, then begins. */
	void bindAndReplace() {
		this.configuration.bind(this::replace);
	}

	private void replace() {
		this.succession = new Succession(this.group, this.loop, this.log, this.leaving, this.to, this.slots,
				this::finishWhenEmpty);
		this.succession.next();
	}

	/** Forks the successors that are due, if any are. */
	void proceed() {
		Succession current = current();
		if (current != null) {
			current.proceed();
		}
	}

	/**
	 * Whether what happens to a worker is the reload's matter and not counted against the
	 * group.
	 * @param worker the worker
	 * @return whether it is a successor, or one of the generation that the reload leads
	 * to
	 */
	boolean answersFor(WorkerHandle worker) {
		return worker.generation() == this.to || isSuccessor(worker);
	}

	private boolean isSuccessor(WorkerHandle worker) {
		Succession current = current();
		return current != null && current.isSuccessor(worker);
	}

	private @Nullable Succession current() {
		return (this.retreat != null) ? this.retreat : this.succession;
	}

	void ready(WorkerHandle worker) {
		Succession current = current();
		if (current != null && current.isSuccessor(worker)) {
			current.ready(worker);
		}
		else {
			this.group.activate(worker);
		}
	}

	/**
	 * A worker drains, unasked and orderly, or refuses traffic.
	 * @param worker the worker
	 */
	void leaving(WorkerHandle worker) {
		if (isSuccessor(worker)) {
			failed(worker, ReloadCause.left(worker));
		}
	}

	/**
	 * A worker cannot be spoken to any more.
	 * @param worker the worker
	 */
	void lost(WorkerHandle worker) {
		if (answersFor(worker)) {
			failed(worker, ReloadCause.left(worker));
		}
	}

	/**
	 * A worker has exited.
	 * @param worker the worker
	 * @return whether the reload waited for that
	 */
	boolean drained(WorkerHandle worker) {
		boolean awaited = this.leaving.exited(worker);
		if (awaited) {
			Succession current = current();
			if (current != null) {
				current.exited();
			}
			finishWhenEmpty();
		}
		return awaited;
	}

	void exited(WorkerHandle worker, WorkerExitedEvent exit) {
		if (!drained(worker)
				&& (isSuccessor(worker) || (worker.generation() == this.to && exit.kind() == ExitKind.FATAL))) {
			failed(worker, ReloadCause.exited(worker, exit));
		}
	}

	Reconfiguration configuration() {
		return this.configuration;
	}

	private void forkAgain(WorkerHandle worker) {
		// One that ends already, because it is late, fails the reload by its exit.
		if (this.succession != null && this.succession.isSuccessor(worker) && worker.isBefore(WorkerState.DRAINING)) {
			this.succession.forkAgain(worker);
		}
	}

	private void failed(WorkerHandle worker, String why) {
		if (this.retreat != null) {
			if (this.retreat.isSuccessor(worker)) {
				this.log.step(ReloadStep.Kind.FAILED, worker, why);
				this.retreat.failed(worker, why);
			}
			return;
		}
		this.log.step(ReloadStep.Kind.FAILED, worker, why);
		goBack(why);
	}

	private void goBack(String why) {
		this.cause = why;
		this.configuration.abandon();
		if (this.succession != null) {
			this.succession.abandon();
		}
		this.slots.forEach((slot) -> slot.refillFrom(this.from));
		this.retreat = new Retreat(this.group, this.loop, this.log, this.leaving, this.from, this.slots,
				this::finishWhenEmpty);
		this.group.fill();
		this.retreat.next();
	}

	boolean isGoingBack() {
		return this.retreat != null;
	}

	/** Ends it on request: slots that have been replaced go back. */
	void cancel() {
		this.cancelled = true;
		this.copyDeadline.cancel();
		goBack("cancelled on request");
	}

	/**
	 * Ends it at once, for the group is about to stop all its workers.
	 * @param why in words
	 */
	void abort(String why) {
		this.copyDeadline.cancel();
		Succession current = current();
		if (current != null) {
			current.halt();
		}
		this.slots.forEach((slot) -> slot.refillFrom(this.from));
		this.retreat = null;
		this.cause = why;
		finish(ReloadOutcome.CANCELLED);
	}

	private void finishWhenEmpty() {
		if (isOnlyDraining() && this.leaving.isEmpty()) {
			finish(outcome());
			// What had to wait for its end.
			this.group.fill();
		}
		this.group.reloads().next();
	}

	/**
	 * Whether every slot is as it is to be, and only those drain that served before.
	 * @return whether another reload may begin
	 */
	boolean isOnlyDraining() {
		Succession current = current();
		return current != null && current.isDone() && !this.finished.isDone();
	}

	private ReloadOutcome outcome() {
		if (this.retreat == null) {
			return ReloadOutcome.COMPLETED;
		}
		if (this.cancelled) {
			return ReloadOutcome.CANCELLED;
		}
		return (replaced() > 0) ? ReloadOutcome.ROLLED_BACK : ReloadOutcome.FAILED;
	}

	private int replaced() {
		return (this.succession != null) ? this.succession.replaced() : 0;
	}

	private void finish(ReloadOutcome outcome) {
		this.configuration.abandon();
		ReloadInfo info = this.log.end(outcome, explanation());
		this.group.reloads().finished(this, info);
		this.finished.complete(info);
	}

	private @Nullable String explanation() {
		Retreat retreat = this.retreat;
		if (retreat == null) {
			return this.cause;
		}
		StringBuilder explanation = new StringBuilder(String.valueOf(this.cause));
		if (replaced() > 0) {
			explanation.append("\n%d of %d slots had been replaced and went back to generation %d".formatted(replaced(),
					this.slots.size(), this.from));
			explanation.append(retreat.left().isEmpty() ? "" : ", except:");
		}
		retreat.left().forEach((left) -> explanation.append('\n').append(left));
		return explanation.toString();
	}

	ReloadLog log() {
		return this.log;
	}

	CompletableFuture<ReloadInfo> finished() {
		return this.finished;
	}

}
