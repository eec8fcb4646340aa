package io.pmboot.actuate;

import java.util.List;

import io.pmboot.Master;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.jmx.annotation.EndpointJmxExtension;

/**
 * What endpoint {@code pm} changes, over JMX.
 *
 * @since 0.1
 */
@EndpointJmxExtension(endpoint = PmEndpoint.class)
public class PmEndpointJmxExtension {

	private final Master master;

	public PmEndpointJmxExtension(Master master) {
		this.master = master;
	}

	/**
	 * Reloads.
	 * @param group the group's name, or {@code null} for all groups
	 * @param wait whether to wait for the outcomes; holds the calling thread until then
	 * @return the reloads
	 */
	@WriteOperation
	public Reloads reload(@Nullable String group, @Nullable Boolean wait) {
		List<PendingReload> reloads = (group != null) ? List.of(this.master.reload(group)) : this.master.reload();
		boolean join = Boolean.TRUE.equals(wait);
		return new Reloads(
				reloads.stream().map((reload) -> (join) ? reload.finished().join() : reload.started()).toList());
	}

	/**
	 * Reloads of one or more groups.
	 *
	 * @param reloads one for each group
	 */
	public record Reloads(List<ReloadInfo> reloads) {
	}

}
