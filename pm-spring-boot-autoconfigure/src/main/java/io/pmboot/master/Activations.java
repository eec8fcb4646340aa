package io.pmboot.master;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.pmboot.master.ReloadSettings.Order;

/**
 * Has workers that are READY accept: at once, or, where the group hands over, as soon as
 * nobody else is active in their slot. Whoever holds one up ends in bounded time: it was
 * told to drain, has lost its stream or is being killed.
 */
final class Activations {

	private final Supplier<GroupSettings> settings;

	private final Collection<WorkerHandle> workers;

	/** Those that wait, and what is to be done when they are active. */
	private final Map<WorkerHandle, Runnable> waiting = new LinkedHashMap<>();

	/**
	 * Creates it.
	 * @param settings what the group is to be, at any time
	 * @param workers the group's workers, whichever these are when it looks
	 */
	Activations(Supplier<GroupSettings> settings, Collection<WorkerHandle> workers) {
		this.settings = settings;
		this.workers = workers;
	}

	/**
	 * A worker is to accept.
	 * @param worker the worker
	 * @param onActive runs when it was told to
	 */
	void request(WorkerHandle worker, Runnable onActive) {
		this.waiting.put(worker, onActive);
		settle();
		if (this.waiting.containsKey(worker)) {
			worker.explain("accepts as soon as nothing is in flight in its predecessor");
		}
	}

	/** Activates those that need not wait any more. */
	void settle() {
		this.waiting.keySet().removeIf((worker) -> !worker.serves());
		List<Runnable> activated = new ArrayList<>();
		for (WorkerHandle worker : List.copyOf(this.waiting.keySet())) {
			if (isFree(worker)) {
				worker.activate();
				activated.add(this.waiting.remove(worker));
			}
		}
		activated.forEach(Runnable::run);
	}

	private boolean isFree(WorkerHandle worker) {
		return this.settings.get().reload().order() != Order.HANDOVER || this.workers.stream()
			.noneMatch((other) -> other != worker && other.index() == worker.index() && other.isActive());
	}

}
