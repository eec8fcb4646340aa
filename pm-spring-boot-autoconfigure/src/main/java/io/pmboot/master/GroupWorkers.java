package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.pmboot.DrainReason;
import io.pmboot.WorkerInfo;

/**
 * The living workers of a group, and the slots that they hold.
 */
final class GroupWorkers {

	private final Generations generations;

	private final Outside outside;

	private final WorkerRegistry registry;

	private final WorkerOwner owner;

	private final Slots slots;

	private final Set<WorkerHandle> living = new LinkedHashSet<>();

	GroupWorkers(Generations generations, Outside outside, WorkerRegistry registry, WorkerOwner owner) {
		this.generations = generations;
		this.outside = outside;
		this.registry = registry;
		this.owner = owner;
		this.slots = new Slots(generations.settings().children());
	}

	Slots slots() {
		return this.slots;
	}

	WorkerHandle fork(int index, int generation) {
		WorkerHandle worker = new WorkerHandle(this.generations.settings(generation), index, generation,
				this.generations.isCopied(generation), this.outside, this.owner);
		this.living.add(worker);
		this.registry.forking(worker);
		worker.fork();
		return worker;
	}

	void exited(WorkerHandle worker) {
		this.living.remove(worker);
		this.registry.exited(worker);
		this.slots.leave(worker);
	}

	/**
	 * All of them, whichever these are when it is looked at.
	 * @return the workers
	 */
	Collection<WorkerHandle> living() {
		return Collections.unmodifiableSet(this.living);
	}

	boolean isEmpty() {
		return this.living.isEmpty();
	}

	/**
	 * Whether the next fork has to wait for a worker that is starting.
	 * @return whether it has to
	 */
	boolean awaitStart() {
		// One that will not get ready is in the way until its process is gone.
		return this.generations.settings().serialStart()
				&& this.living.stream().anyMatch((worker) -> !worker.wasReady());
	}

	/**
	 * Stops all of them; their slots are free at once.
	 * @param reason why
	 * @param timeout how long it may take before SIGTERM
	 */
	void stop(DrainReason reason, Duration timeout) {
		this.living.forEach(this.slots::leave);
		List.copyOf(this.living).forEach((worker) -> worker.stop(reason, timeout));
	}

	/**
	 * The generations of those that live.
	 * @return the generations
	 */
	Set<Integer> generations() {
		return this.living.stream().map(WorkerHandle::generation).collect(Collectors.toSet());
	}

	List<WorkerInfo> infos() {
		List<WorkerInfo> workers = new ArrayList<>(this.living.stream().map(WorkerHandle::info).toList());
		workers.sort(Comparator.comparingInt(WorkerInfo::index).thenComparingInt(WorkerInfo::generation));
		return workers;
	}

}
