package io.pmboot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.Answers;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Heartbeat;
import io.pmboot.Master;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.RolloutInfo;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerLoad;
import io.pmboot.WorkerState;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What endpoint {@code pm} tells of the master and its groups.
 *
 * @param master the master
 * @param groups the groups by name, in the order of their configuration
 */
record PmStatus(MasterStatus master, Map<String, GroupStatus> groups) implements OperationResponseBody {

	static PmStatus of(Master master) {
		Map<String, GroupStatus> groups = new LinkedHashMap<>();
		master.groups().forEach((group) -> groups.put(group.name(), GroupStatus.of(null, group)));
		return new PmStatus(new MasterStatus(master.pid(), master.outputBlockedSince()), groups);
	}

	/**
	 * The master.
	 *
	 * @param pid its process id
	 * @param outputBlockedSince since when nobody has taken its output and that of the
	 * workers, or {@code null} where it is taken
	 */
	record MasterStatus(long pid, @Nullable Instant outputBlockedSince) {
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
	 * @param rollout the reload or rollback that is under way, or {@code null}
	 */
	record GroupStatus(@Nullable String name, GroupState state, @Nullable String reason, int generation, boolean copied,
			int children, List<String> listen, List<WorkerStatus> workers,
			@Nullable RolloutStatus rollout) implements OperationResponseBody {

		static GroupStatus named(GroupInfo group) {
			return of(group.name(), group);
		}

		private static GroupStatus of(@Nullable String name, GroupInfo group) {
			return new GroupStatus(name, group.state(), group.reason(), group.generation(), group.copied(),
					group.children(), group.listen(), group.workers().stream().map(WorkerStatus::of).toList(),
					RolloutStatus.of(group.rollout()));
		}

	}

	/**
	 * A reload or rollback that is under way.
	 *
	 * @param id names it
	 * @param toGeneration the generation that it leads to
	 * @param holding whether it waits to be promoted or cancelled
	 * @param newer what workers of that generation have answered since the first of them
	 * was activated
	 * @param others what the other workers have answered since then
	 */
	record RolloutStatus(String id, int toGeneration, boolean holding, AnswersStatus newer, AnswersStatus others) {

		static @Nullable RolloutStatus of(@Nullable RolloutInfo rollout) {
			return (rollout != null) ? new RolloutStatus(rollout.id(), rollout.toGeneration(), rollout.holding(),
					AnswersStatus.of(rollout.newer()), AnswersStatus.of(rollout.others())) : null;
		}

	}

	/**
	 * Answers.
	 *
	 * @param total how many
	 * @param failed how many of them failed
	 * @param failedPercent how many that is in percent, with two decimals
	 * @param p50Millis a latency that half of them did not exceed, or {@code null} where
	 * there are none
	 * @param p95Millis one that 95 of 100 did not exceed
	 * @param p99Millis one that 99 of 100 did not exceed
	 */
	record AnswersStatus(long total, long failed, double failedPercent, @Nullable Double p50Millis,
			@Nullable Double p95Millis, @Nullable Double p99Millis) {

		static AnswersStatus of(Answers answers) {
			return new AnswersStatus(answers.total(), answers.failed(),
					Math.round(answers.failedPercent() * 100) / 100.0, millis(answers, 50), millis(answers, 95),
					millis(answers, 99));
		}

		private static @Nullable Double millis(Answers answers, double percent) {
			Duration latency = answers.latency(percent);
			return (latency != null) ? Math.round(latency.toNanos() / 10_000.0) / 100.0 : null;
		}

	}

	/**
	 * A reload that was asked for.
	 *
	 * @param id names the reload
	 * @param group the group's name
	 * @param fromGeneration the generation that served when it began
	 * @param toGeneration the generation that it leads to
	 * @param outcome how it ended, or {@code null} while it is under way
	 * @param cause why it did not complete, or {@code null}
	 */
	record ReloadStatus(String id, String group, int fromGeneration, int toGeneration, @Nullable ReloadOutcome outcome,
			@Nullable String cause) {

		static ReloadStatus of(ReloadInfo reload) {
			return new ReloadStatus(reload.id(), reload.group(), reload.fromGeneration(), reload.toGeneration(),
					reload.outcome(), reload.cause());
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
	record WorkerStatus(int index, long pid, int generation, boolean copied, WorkerState state,
			@Nullable Boolean refusing, Instant since, @Nullable String reason, @Nullable LoadStatus load) {

		static WorkerStatus of(WorkerInfo worker) {
			return new WorkerStatus(worker.index(), worker.pid(), worker.generation(), worker.copied(), worker.state(),
					worker.refusing() ? Boolean.TRUE : null, worker.since(), worker.reason(),
					LoadStatus.of(worker.heartbeat()));
		}

	}

	/**
	 * What the last heartbeat of a worker told, as the status has it.
	 *
	 * @param at when the master received it
	 * @param heapUsed bytes of heap in use
	 * @param heapMax bytes that the heap may grow to, or {@code null} where it has no
	 * limit
	 * @param nonHeapUsed bytes in use by the JVM outside the heap
	 * @param residentSize bytes of memory that the process has of the system, or
	 * {@code null} where the system does not tell
	 * @param served requests that have ended since the worker started
	 * @param answers what became of them
	 * @param recent what became of those since the heartbeat before
	 * @param inFlight requests that were being served
	 * @param oldestInFlightMillis the age of the oldest of these, or {@code null} where
	 * there was none
	 * @param lagMillis how much too late the heartbeat's timer fired
	 * @param collectingPercent percent of the time since the heartbeat before that
	 * collectors of garbage held everything else up
	 * @param acceptors how many threads accept connections, or {@code null} in a worker
	 * that has none or is not to accept
	 * @param deadlockedThreads names of threads that wait for each other for ever
	 * @param scores the application's own, by name
	 * @see WorkerLoad
	 */
	record LoadStatus(Instant at, long heapUsed, @Nullable Long heapMax, long nonHeapUsed, @Nullable Long residentSize,
			long served, AnswersStatus answers, AnswersStatus recent, int inFlight, @Nullable Long oldestInFlightMillis,
			long lagMillis, int collectingPercent, @Nullable Integer acceptors, List<String> deadlockedThreads,
			Map<String, Double> scores) {

		static @Nullable LoadStatus of(@Nullable Heartbeat heartbeat) {
			if (heartbeat == null) {
				return null;
			}
			WorkerLoad load = heartbeat.load();
			Duration oldest = load.oldestInFlight();
			return new LoadStatus(heartbeat.at(), load.heapUsed(), load.heapMax(), load.nonHeapUsed(),
					load.residentSize(), load.served(), AnswersStatus.of(heartbeat.answers()),
					AnswersStatus.of(heartbeat.recent()), load.inFlight(), (oldest != null) ? oldest.toMillis() : null,
					load.lag().toMillis(), load.collecting(), load.acceptors(), load.deadlockedThreads(),
					load.scores());
		}

	}

}
