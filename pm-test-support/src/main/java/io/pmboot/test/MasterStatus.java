package io.pmboot.test;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the endpoint says.
 *
 * @param master the master
 * @param groups its groups
 */
public record MasterStatus(MasterPart master, Map<String, GroupPart> groups) {

	/**
	 * The master.
	 *
	 * @param pid its process
	 */
	public record MasterPart(long pid) {
	}

	/**
	 * A group.
	 *
	 * @param state its state
	 * @param generation its generation
	 * @param copied whether that runs from a copy
	 * @param children how many workers it should have
	 * @param listen where it listens
	 * @param workers its workers
	 */
	public record GroupPart(String state, int generation, boolean copied, int children, List<String> listen,
			List<WorkerPart> workers) {

		/**
		 * How many workers serve.
		 * @return how many of them are READY
		 */
		public long ready() {
			return this.workers.stream().filter((worker) -> worker.state().equals("READY")).count();
		}

		public boolean isComplete() {
			return this.state.equals("RUNNING") && this.workers.size() == this.children
					&& this.workers.stream().allMatch((worker) -> worker.state().equals("READY"));
		}

	}

	/**
	 * A worker.
	 *
	 * @param index its slot
	 * @param pid its process
	 * @param generation its generation
	 * @param state its state
	 * @param load what its last heartbeat told
	 */
	public record WorkerPart(int index, long pid, int generation, String state, @Nullable LoadPart load) {
	}

	/**
	 * A heartbeat.
	 *
	 * @param at when it was received
	 * @param residentSize memory
	 * @param served requests that ended
	 * @param inFlight requests that did not
	 * @param oldestInFlightMillis age of the oldest of these
	 * @param scores the application's own
	 */
	public record LoadPart(Instant at, long residentSize, long served, int inFlight,
			@Nullable Long oldestInFlightMillis, Map<String, Double> scores) {
	}

	/**
	 * A reload.
	 *
	 * @param id names it
	 * @param group the group
	 * @param fromGeneration from where
	 * @param toGeneration to where
	 * @param outcome how it ended
	 * @param cause why it did not complete
	 */
	public record ReloadPart(String id, String group, int fromGeneration, int toGeneration, @Nullable String outcome,
			@Nullable String cause) {
	}

	/**
	 * The answer to a reload.
	 *
	 * @param reloads one for each group
	 */
	public record Reloads(List<ReloadPart> reloads) {
	}

}
