package io.pmboot;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One group as the master sees it.
 *
 * @param name the group's name
 * @param state its state
 * @param reason why it is in this state, or {@code null} where the state says it all
 * @param generation the generation that serves: the one that the last completed reload
 * led to, 1 at first
 * @param copied whether that generation runs from a copy of its own; otherwise it runs in
 * place
 * @param children how many workers it should have
 * @param listen the listen addresses as configured; where port 0 was asked for, with the
 * port that was given
 * @param workers its living workers, by index and generation
 * @param rollout the reload or rollback that is under way, or {@code null}
 * @since 0.1
 */
public record GroupInfo(String name, GroupState state, @Nullable String reason, int generation, boolean copied,
		int children, List<String> listen, List<WorkerInfo> workers, @Nullable RolloutInfo rollout) {

	public GroupInfo {
		listen = List.copyOf(listen);
		workers = List.copyOf(workers);
	}

	/**
	 * How many of its slots are served: by a worker that is ready and, where the group
	 * listens, accepts. Slots, not workers, because while one is replaced two workers of
	 * it may be ready.
	 * @return the number of slots, of which {@link #children} is meant to be
	 */
	public int serving() {
		return (int) this.workers.stream()
			.filter((worker) -> worker.state() == WorkerState.READY && (!worker.refusing() || this.listen.isEmpty()))
			.mapToInt(WorkerInfo::index)
			.distinct()
			.count();
	}

}
