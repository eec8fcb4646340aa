package io.pmboot.actuate;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Master;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What endpoint {@code pm} tells of the master and its groups.
 *
 * @param master the master
 * @param groups the groups by name, in the order of their configuration
 * @since 0.1
 */
public record PmStatus(MasterStatus master, Map<String, GroupStatus> groups) implements OperationResponseBody {

	static PmStatus of(Master master) {
		Map<String, GroupStatus> groups = new LinkedHashMap<>();
		master.groups().forEach((group) -> groups.put(group.name(), GroupStatus.unnamed(group)));
		return new PmStatus(new MasterStatus(master.pid(), master.outputBlockedSince()), groups);
	}

	/**
	 * The master.
	 *
	 * @param pid its process id
	 * @param outputBlockedSince since when nobody has taken its output and that of the
	 * workers, or {@code null} where it is taken
	 */
	public record MasterStatus(long pid, @Nullable Instant outputBlockedSince) {
	}

	/**
	 * One group.
	 *
	 * @param name its name, or {@code null} where it stands under its name already
	 * @param state its state
	 * @param reason why it is in this state, or {@code null}
	 * @param generation the generation that serves
	 * @param copied whether that generation runs from a copy of its own
	 * @param children how many workers it should have
	 * @param listen the listen addresses as bound
	 * @param workers its living workers
	 */
	public record GroupStatus(@Nullable String name, GroupState state, @Nullable String reason, int generation,
			boolean copied, int children, List<String> listen,
			List<WorkerStatus> workers) implements OperationResponseBody {

		static GroupStatus named(GroupInfo group) {
			return of(group.name(), group);
		}

		static GroupStatus unnamed(GroupInfo group) {
			return of(null, group);
		}

		private static GroupStatus of(@Nullable String name, GroupInfo group) {
			return new GroupStatus(name, group.state(), group.reason(), group.generation(), group.copied(),
					group.children(), group.listen(), group.workers().stream().map(WorkerStatus::of).toList());
		}

	}

	/**
	 * One worker.
	 *
	 * @param index the stable slot within the group, from 0
	 * @param pid the process id, or 0 while the fork is under way
	 * @param generation the group's generation that it belongs to
	 * @param copied whether it runs from that generation's own copy of the application
	 * @param state its state
	 * @param refusing {@code true} where it accepts nothing, because its application
	 * refuses traffic, otherwise {@code null}
	 * @param since when it entered this state
	 * @param reason why it is in this state, or {@code null}
	 * @param load what its last heartbeat told, or {@code null} where there was none yet
	 */
	public record WorkerStatus(int index, long pid, int generation, boolean copied, WorkerState state,
			@Nullable Boolean refusing, Instant since, @Nullable String reason, @Nullable LoadStatus load) {

		static WorkerStatus of(WorkerInfo worker) {
			return new WorkerStatus(worker.index(), worker.pid(), worker.generation(), worker.copied(), worker.state(),
					worker.refusing() ? Boolean.TRUE : null, worker.since(), worker.reason(),
					LoadStatus.of(worker.heartbeat()));
		}

	}

}
