package io.pmboot.master;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The slots of a group: as many as it should have workers.
 */
final class Slots {

	private final List<Slot> slots = new ArrayList<>();

	Slots(int count) {
		resize(count, 1);
	}

	int count() {
		return this.slots.size();
	}

	List<Slot> all() {
		return List.copyOf(this.slots);
	}

	/**
	 * The slots, however many there are when it is looked at.
	 * @return the slots
	 */
	List<Slot> view() {
		return Collections.unmodifiableList(this.slots);
	}

	Slot get(int index) {
		return this.slots.get(index);
	}

	/**
	 * Adds or removes slots at the end.
	 * @param count how many there are to be
	 * @param generation the generation of those that are added
	 * @return the workers whose slots are gone, the highest index first
	 */
	List<WorkerHandle> resize(int count, int generation) {
		List<WorkerHandle> surplus = new ArrayList<>();
		while (this.slots.size() > count) {
			WorkerHandle holder = this.slots.remove(this.slots.size() - 1).current();
			if (holder != null) {
				surplus.add(holder);
			}
		}
		while (this.slots.size() < count) {
			this.slots.add(new Slot(this.slots.size(), generation));
		}
		return surplus;
	}

	/**
	 * The first slot that nobody holds, and that is not kept for a successor.
	 * @return the slot, or {@code null} where there is none
	 */
	@Nullable Slot vacant() {
		return this.slots.stream().filter(Slot::isVacant).findFirst().orElse(null);
	}

	long vacancies() {
		return this.slots.stream().filter(Slot::isVacant).count();
	}

	/**
	 * The slot that a worker holds.
	 * @param worker the worker
	 * @return the slot, if it holds one still
	 */
	Optional<Slot> of(WorkerHandle worker) {
		return this.slots.stream().filter((slot) -> slot.current() == worker).findFirst();
	}

	/**
	 * Frees the slot of a worker, if it holds one still.
	 * @param worker the worker
	 */
	void leave(WorkerHandle worker) {
		this.slots.forEach((slot) -> slot.leave(worker));
	}

}
