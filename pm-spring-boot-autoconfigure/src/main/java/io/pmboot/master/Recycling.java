package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.pmboot.DrainReason;
import io.pmboot.RestartReason;
import io.pmboot.WorkerState;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerRestartEvent;
import io.pmboot.settings.GroupProperties.Reload.Order;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of workers by others of their generation, one at a time, outside of
 * rollouts: of those that are not fit to go on, that an operator restarts, or that have
 * reached a limit. A successor is forked first, and its predecessor drains when that is
 * READY and accepts, or where the group hands over, before it accepts.
 * <p>
 * Where the successor fails, one that is not fit ends all the same, and its slot is
 * filled like any other. Any other goes on, and its successor is tried again after a
 * growing pause; that failure counts against nobody, for the group has lost nothing. A
 * rollout replaces every worker itself: it ends a successor that is on its way here, and
 * none is forked before it is over, or holds.
 */
final class Recycling {

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

	private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

	private final Group group;

	private final Seams seams;

	private final Deadline retry;

	/** Successors without which the group has all that it should have. */
	private final Set<WorkerHandle> spare = new HashSet<>();

	/** Whoever was replaced last, though it was fit. */
	private @Nullable WorkerHandle leaving;

	private int failures;

	private @Nullable String lastFailure;

	/** How the successor exited that is about to be missed. */
	private @Nullable String exit;

	private Duration pause = FIRST_PAUSE;

	/** When the next successor is tried, where one waits. */
	private @Nullable Instant nextAt;

	Recycling(Group group, Seams seams) {
		this.group = group;
		this.seams = seams;
		this.retry = new Deadline(seams.loop());
	}

	/**
	 * An operator restarts workers: at once, where the last that were tried failed.
	 * @param slots those that they hold
	 */
	void restart(Collection<Slot> slots) {
		cancel();
		slots.stream().map(Slot::holder).filter(Objects::nonNull).forEach((worker) -> worker.replacement.ordered());
	}

	/** Forgets what failed; nothing is tried again by itself. */
	void cancel() {
		this.retry.cancel();
		this.nextAt = null;
		this.failures = 0;
		this.pause = FIRST_PAUSE;
	}

	/** Has the next worker replaced, where there is one. */
	void begin() {
		if (!isRollingOut() && this.group.slots().stream().noneMatch(Slot::isBeingReplaced)) {
			first(WorkerHandle::isUnfit).or(this::nextThatIsFit).ifPresent(this::replace);
		}
	}

	/** One that holds may do so for days, and is in nobody's way. */
	private boolean isRollingOut() {
		Rollout rollout = this.group.rollout();
		return rollout != null && !rollout.isHolding();
	}

	private Optional<Slot> nextThatIsFit() {
		boolean mayBegin = this.nextAt == null && !isHandingOver() && !isLeaving()
				&& (!stopsFirst() || holders().filter(WorkerHandle::isReady).count() == this.group.slots().size());
		return mayBegin ? first(Recycling::isRestarted).or(() -> first((worker) -> worker.replacement.due() != null))
				: Optional.empty();
	}

	private Optional<Slot> first(Predicate<WorkerHandle> which) {
		return this.group.slots().stream().filter((slot) -> {
			WorkerHandle holder = slot.holder();
			return holder != null && holder.isBefore(WorkerState.DRAINING) && which.test(holder);
		}).findFirst();
	}

	private static boolean isRestarted(WorkerHandle worker) {
		return worker.replacement.isDue(RestartReason.OPERATOR);
	}

	private Stream<WorkerHandle> holders() {
		return this.group.slots().stream().map(Slot::holder).filter(Objects::nonNull);
	}

	/** Also where its control stream has ended, until it is known what becomes of it. */
	private boolean isHandingOver() {
		return holders()
			.anyMatch((holder) -> holder.wasReady() && holder.isBefore(WorkerState.DRAINING) && !holder.isActive());
	}

	private boolean isLeaving() {
		WorkerHandle leaving = this.leaving;
		return this.group.settings().reload().waitForDrain() && leaving != null && leaving.isBefore(WorkerState.EXITED);
	}

	private boolean stopsFirst() {
		return this.group.settings().reload().order() == Order.STOP_FIRST;
	}

	private void replace(Slot slot) {
		WorkerHandle holder = slot.holder();
		if (holder != null && !holder.isUnfit() && stopsFirst()) {
			// Its slot is filled when it has exited.
			end(holder, DrainReason.REPLACED);
		}
		else {
			slot.replace(slot.generation(), false);
		}
	}

	/**
	 * A successor was forked, be it for a rollout.
	 * @param slot the slot that it is to have
	 */
	void forked(Slot slot) {
		WorkerHandle holder = slot.holder();
		WorkerHandle successor = slot.successor();
		if (isOurs(slot) && successor != null && holder != null && !holder.isUnfit()) {
			this.spare.add(successor);
		}
	}

	private boolean isOurs(Slot slot) {
		Rollout rollout = this.group.rollout();
		return rollout == null || !rollout.replaces(slot);
	}

	/**
	 * Whether what happens to a worker is not counted against the group.
	 * @param worker the worker
	 * @return whether it is, or was, a successor without which nothing is missing
	 */
	boolean answersFor(WorkerHandle worker) {
		return this.spare.contains(worker);
	}

	/** A worker has exited. */
	void exited(WorkerHandle worker, WorkerExitedEvent exit) {
		this.spare.remove(worker);
		if (this.group.slots().stream().anyMatch((slot) -> slot.successor() == worker && isOurs(slot))) {
			this.exit = "%s exited before it was ready: %s".formatted(worker, worker.describe(exit));
		}
	}

	/**
	 * Does what follows from what is known by now.
	 * @return whether anything has changed
	 */
	boolean advance() {
		boolean changed = false;
		for (Slot slot : this.group.slots()) {
			WorkerHandle successor = slot.successor();
			WorkerHandle holder = slot.holder();
			if (successor != null && isOurs(slot)) {
				changed |= advance(slot, holder, successor);
			}
			else if (holder != null && !isRollingOut() && isRestartedAtOnce(holder)) {
				holder.stop(DrainReason.RESTART, this.group.settings().terminateTimeout());
				tell(holder, null);
				changed = true;
			}
		}
		return changed;
	}

	/** One that serves nobody yet has no successor to wait for. */
	private boolean isRestartedAtOnce(WorkerHandle holder) {
		return isRestarted(holder) && holder.isBefore(WorkerState.DRAINING) && (!holder.wasReady() || stopsFirst());
	}

	private boolean advance(Slot slot, @Nullable WorkerHandle holder, WorkerHandle successor) {
		if (!successor.isBefore(WorkerState.DRAINING)) {
			slot.endReplacement();
			failed(holder, successor);
		}
		else if (holder == null) {
			// It has gone before: what starts is as good as any other.
			this.spare.remove(successor);
			slot.endReplacement();
			slot.fill(successor);
		}
		else if (isRollingOut()) {
			slot.endReplacement();
			successor.stop(DrainReason.STOP, this.group.settings().terminateTimeout());
		}
		else if (successor.isReady()) {
			boolean handsOver = this.group.settings().reload().order() == Order.HANDOVER;
			cancel();
			this.spare.remove(successor);
			slot.take();
			slot.endReplacement();
			this.group.activate(successor);
			end(holder, handsOver ? DrainReason.HANDOVER : DrainReason.REPLACED);
		}
		else {
			return false;
		}
		return true;
	}

	private void end(WorkerHandle worker, DrainReason reason) {
		this.leaving = worker.isUnfit() ? this.leaving : worker;
		worker.retire(reason, this.group.settings().reload().drainTimeout());
		tell(worker, null);
	}

	private void failed(@Nullable WorkerHandle holder, WorkerHandle successor) {
		String failure = (this.exit != null) ? this.exit : "%s: %s".formatted(successor, successor.info().reason());
		this.exit = null;
		if (holder == null) {
			return;
		}
		if (holder.isUnfit()) {
			holder.retire(DrainReason.RESTART, this.group.settings().terminateTimeout());
		}
		else {
			tryAgainLater(failure);
		}
		tell(holder, failure);
	}

	private void tryAgainLater(String failure) {
		this.failures++;
		this.lastFailure = failure;
		this.nextAt = this.seams.loop().instant().plus(this.pause);
		this.retry.set(() -> {
			this.nextAt = null;
			this.group.reconcile();
		}, this.pause);
		this.pause = (this.pause.compareTo(LONGEST_PAUSE.dividedBy(2)) > 0) ? LONGEST_PAUSE
				: this.pause.multipliedBy(2);
	}

	private void tell(WorkerHandle worker, @Nullable String failure) {
		Replacement.Due due = Objects.requireNonNull(worker.replacement.due());
		this.seams.events().accept(new WorkerRestartEvent(worker.info(), due.reason(), due.why(), failure));
	}

	/**
	 * Why a worker that is READY is as it is.
	 * @param worker the worker
	 * @param reason why, or {@code null} where that is how it should be
	 * @return the same and, where it is to be replaced, why and what that waits for
	 */
	@Nullable String reason(WorkerHandle worker, @Nullable String reason) {
		Replacement.Due due = worker.replacement.due();
		if (due == null) {
			return reason;
		}
		return ((reason != null) ? reason + "; " : "") + "is " + due
				+ (worker.isUnfit() ? "" : "; " + waitsFor(worker));
	}

	private String waitsFor(WorkerHandle worker) {
		Rollout rollout = this.group.rollout();
		if (rollout != null && !rollout.isHolding()) {
			return "when reload %s is over, or holds".formatted(rollout.id());
		}
		if (this.group.slots().stream().anyMatch((slot) -> slot.holder() == worker && slot.successor() != null)) {
			return "its successor is starting";
		}
		return (this.nextAt != null) ? "its successor failed (%d in a row), the next is forked at %s; the last was %s"
			.formatted(this.failures, this.nextAt, this.lastFailure) : "it waits for its turn";
	}

}
