package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.pmboot.ReloadStep;
import io.pmboot.loop.EventLoop;

/**
 * The way back of slots to the generation that they had: without a pause, each for
 * itself. One that cannot go back keeps whoever serves there, and holds up no other.
 */
final class Retreat extends Succession {

	private final List<String> left = new ArrayList<>();

	Retreat(Group group, EventLoop loop, ReloadLog log, Leaving leaving, int generation, Collection<Slot> slots,
			Runnable onDone) {
		super(group, loop, log, leaving, generation, slots, onDone);
	}

	// Where nobody is left, one of the last good generation is forked anyway.
	@Override
	boolean isToBeReplaced(Slot slot) {
		WorkerHandle holder = slot.current();
		return holder != null && holder.generation() != generation();
	}

	@Override
	void ready(Replacement replacement) {
		activate(replacement, () -> {
			step(ReloadStep.Kind.ROLLED_BACK, replacement);
			drain(replacement.predecessor());
			leaveBatch(replacement);
		});
	}

	@Override
	Duration pause() {
		return Duration.ZERO;
	}

	/**
	 * A successor failed: its slot stays as it is.
	 * @param worker the successor
	 * @param cause why
	 */
	void failed(WorkerHandle worker, String cause) {
		Replacement replacement = replacementBy(worker);
		WorkerHandle holder = replacement.slot().current();
		this.left.add("Slot %d %s: %s".formatted(worker.index(), (holder != null)
				? "stays on generation " + holder.generation() : "waits for one of generation " + generation(), cause));
		giveUp(replacement);
	}

	/**
	 * The slots that did not go back.
	 * @return for each of them, why
	 */
	List<String> left() {
		return this.left;
	}

}
