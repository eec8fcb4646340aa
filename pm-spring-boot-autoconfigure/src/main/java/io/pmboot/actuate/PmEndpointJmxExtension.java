package io.pmboot.actuate;

import java.util.List;
import java.util.concurrent.CompletionException;

import io.pmboot.Initiator;
import io.pmboot.Master;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.actuate.PmStatus.GroupStatus;
import io.pmboot.master.InitiatedMaster;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.jmx.annotation.EndpointJmxExtension;

/**
 * What endpoint {@code pm} changes, over JMX.
 */
@EndpointJmxExtension(endpoint = PmEndpoint.class)
class PmEndpointJmxExtension {

	private final InitiatedMaster master;

	PmEndpointJmxExtension(InitiatedMaster master) {
		this.master = master;
	}

	/**
	 * Reloads.
	 * @param group the group's name, or {@code null} for all groups
	 * @param wait whether to wait for the outcomes; holds the calling thread until then
	 * @return the reloads
	 */
	@WriteOperation
	Reloads reload(@Nullable String group, @Nullable Boolean wait) {
		List<PendingReload> reloads = (group != null) ? List.of(this.master.reload(group, Initiator.JMX))
				: this.master.reload(Initiator.JMX);
		return Reloads.of(reloads, wait);
	}

	/**
	 * Goes back to the last good generation.
	 * @param group the group's name
	 * @param wait whether to wait for the outcome; holds the calling thread until then
	 * @return the rollback
	 */
	@WriteOperation
	Reloads rollback(String group, @Nullable Boolean wait) {
		return Reloads.of(List.of(this.master.rollback(group, Initiator.JMX)), wait);
	}

	/**
	 * Cancels a reload.
	 * @param id the reload's id
	 * @return the reload, as it was when it was cancelled
	 */
	@WriteOperation
	Reloads cancel(String id) {
		return Reloads.of(List.of(this.master.cancel(id)), false);
	}

	/**
	 * Sets how many workers a group should have.
	 * @param group the group's name
	 * @param children how many, or {@code auto} for one for each available processor
	 * @return the group, its workers not yet as they should be
	 */
	@WriteOperation
	GroupStatus scale(String group, String children) {
		return GroupStatus.named(this.master.scale(group, count(children.trim())));
	}

	private static int count(String children) {
		if ("auto".equals(children)) {
			return Runtime.getRuntime().availableProcessors();
		}
		try {
			return Integer.parseInt(children);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("'children' must be 'auto' or a number from 0 to %d, not '%s'"
				.formatted(Master.MAX_CHILDREN, children));
		}
	}

	/**
	 * Restarts a group, or one worker of it.
	 * @param group the group's name
	 * @param index the worker's slot, or {@code null} for all workers
	 * @return the group, its workers draining
	 */
	@WriteOperation
	GroupStatus restart(String group, @Nullable Integer index) {
		return GroupStatus.named((index != null) ? this.master.restart(group, index) : this.master.restart(group));
	}

	/**
	 * Stops a group.
	 * @param group the group's name
	 * @return the group, its workers draining
	 */
	@WriteOperation
	GroupStatus stop(String group) {
		return GroupStatus.named(this.master.stop(group));
	}

	/**
	 * Starts a stopped group; holds the calling thread until its listeners are bound.
	 * @param group the group's name
	 * @return the group, its workers being forked
	 */
	@WriteOperation
	GroupStatus start(String group) {
		try {
			return GroupStatus.named(this.master.start(group).join());
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
	}

	/**
	 * Reloads of one or more groups.
	 *
	 * @param reloads one for each group
	 */
	record Reloads(List<ReloadStatus> reloads) {

		static Reloads of(List<PendingReload> reloads, @Nullable Boolean wait) {
			boolean join = Boolean.TRUE.equals(wait);
			return new Reloads(reloads.stream()
				.map((reload) -> (join) ? reload.finished().join() : reload.started())
				.map(ReloadStatus::of)
				.toList());
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

}
