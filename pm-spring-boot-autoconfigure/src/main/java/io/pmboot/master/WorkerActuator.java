package io.pmboot.master;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.WorkerInfo;
import io.pmboot.control.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The Actuator of a worker, which answers this master alone.
 *
 * @param worker the worker
 * @param paths where in it the endpoints are that it exposes, by their id; empty where it
 * has none that can be asked, or has not told yet
 */
public record WorkerActuator(WorkerInfo worker, Map<String, String> paths) {

	static WorkerActuator of(WorkerHandle worker, Frame.@Nullable Actuator told) {
		Map<String, String> paths = new LinkedHashMap<>();
		if (told != null) {
			told.endpoints().forEach((endpoint) -> paths.put(endpoint.id(), endpoint.path()));
		}
		return new WorkerActuator(worker.info(), paths);
	}

	/**
	 * Those of a group's workers, by index; of those in one slot the one first that has
	 * it.
	 */
	static List<WorkerActuator> of(Collection<WorkerHandle> workers, List<Slot> slots) {
		return workers.stream()
			.sorted(Comparator.comparingInt(WorkerHandle::index)
				.thenComparing((worker) -> slots.stream().noneMatch((slot) -> slot.holder() == worker))
				.thenComparing(Comparator.comparingInt(WorkerHandle::generation).reversed()))
			.map(WorkerHandle::actuator)
			.toList();
	}

}
