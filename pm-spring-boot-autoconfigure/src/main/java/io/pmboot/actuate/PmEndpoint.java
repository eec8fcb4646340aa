package io.pmboot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

import io.pmboot.GroupInfo;
import io.pmboot.Initiator;
import io.pmboot.Master;
import io.pmboot.PendingReload;
import io.pmboot.ReloadOptions;
import io.pmboot.UnknownGroupException;
import io.pmboot.actuate.PmStatus.GroupStatus;
import io.pmboot.actuate.PmStatus.ReloadStatus;
import io.pmboot.master.InitiatedMaster;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.jmx.annotation.EndpointJmxExtension;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.StringUtils;

/**
 * Actuator endpoint {@code pm} of the master: what runs, and why it is in that state.
 * What it changes is not the same over HTTP and JMX: see {@link Operations} and
 * {@link JmxExtension}.
 */
@Endpoint(id = PmEndpoint.ID)
class PmEndpoint {

	static final String ID = "pm";

	private final Master master;

	PmEndpoint(Master master) {
		this.master = master;
	}

	@ReadOperation
	PmStatus status() {
		return PmStatus.of(this.master);
	}

	@ReadOperation
	GroupStatus group(@Selector String group) {
		return GroupStatus.named(this.master.group(group));
	}

	/** What is answered over HTTP where there is no such group. */
	static Map<String, Object> unknownGroup(Master master, UnknownGroupException ex) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("error", String.valueOf(ex.getMessage()));
		body.put("groups", master.groups().stream().map(GroupInfo::name).toList());
		return body;
	}

	/**
	 * Gives a group that does not exist its HTTP status.
	 */
	@EndpointWebExtension(endpoint = PmEndpoint.class)
	static class WebExtension {

		private final Master master;

		WebExtension(Master master) {
			this.master = master;
		}

		@ReadOperation
		WebEndpointResponse<?> group(@Selector String group) {
			try {
				return new WebEndpointResponse<>(GroupStatus.named(this.master.group(group)));
			}
			catch (UnknownGroupException ex) {
				return new WebEndpointResponse<>(OperationResponseBody.of(unknownGroup(this.master, ex)),
						WebEndpointResponse.STATUS_NOT_FOUND);
			}
		}

	}

	/**
	 * What it changes, over JMX. Whoever waits for an outcome, or for a group to start,
	 * holds the calling thread.
	 */
	@EndpointJmxExtension(endpoint = PmEndpoint.class)
	static class JmxExtension {

		private final InitiatedMaster master;

		JmxExtension(InitiatedMaster master) {
			this.master = master;
		}

		@WriteOperation
		Reloads reload(@Nullable String group, @Nullable Boolean wait, @Nullable String observe,
				@Nullable String maxSurge, @Nullable String canary, @Nullable Boolean hold) {
			ReloadOptions options = new ReloadOptions(
					StringUtils.hasText(observe) ? DurationStyle.detectAndParse(observe) : null, text(maxSurge),
					text(canary), hold);
			String one = text(group);
			return Reloads.of((one != null) ? List.of(this.master.reload(one, Initiator.JMX, options))
					: this.master.reload(Initiator.JMX, options), wait);
		}

		// Consoles send a text that was left out as an empty one.
		private static @Nullable String text(@Nullable String value) {
			return StringUtils.hasText(value) ? value : null;
		}

		@WriteOperation
		Reloads promote(String id, @Nullable Boolean wait) {
			return Reloads.of(List.of(this.master.promote(id)), wait);
		}

		@WriteOperation
		Reloads rollback(String group, @Nullable Boolean wait) {
			return Reloads.of(List.of(this.master.rollback(group, Initiator.JMX)), wait);
		}

		@WriteOperation
		Reloads cancel(String id) {
			return Reloads.of(List.of(this.master.cancel(id)), false);
		}

		@WriteOperation
		GroupStatus scale(String group, String children) {
			return GroupStatus.named(this.master.scale(group, count(children.trim())));
		}

		private static int count(String children) {
			try {
				return "auto".equals(children) ? Runtime.getRuntime().availableProcessors()
						: Integer.parseInt(children);
			}
			catch (NumberFormatException ex) {
				throw new IllegalArgumentException("'children' must be 'auto' or a number from 0 to %d, not '%s'"
					.formatted(Master.MAX_CHILDREN, children));
			}
		}

		@WriteOperation
		GroupStatus restart(String group, @Nullable Integer index) {
			return GroupStatus.named((index != null) ? this.master.restart(group, index) : this.master.restart(group));
		}

		@WriteOperation
		GroupStatus stop(String group) {
			return GroupStatus.named(this.master.stop(group));
		}

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

	}

}
