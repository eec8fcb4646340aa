package io.pmboot.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Master;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health {@code pm} of the master: DOWN while a group is given up, and which and why.
 *
 * @since 0.1
 */
public class PmHealthIndicator extends AbstractHealthIndicator {

	private final Master master;

	public PmHealthIndicator(Master master) {
		super("The master could not tell the state of its groups");
		this.master = master;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		for (GroupInfo group : this.master.groups()) {
			if (group.state() == GroupState.GIVEN_UP) {
				builder.down();
			}
			builder.withDetail(group.name(), details(group));
		}
	}

	private static Map<String, Object> details(GroupInfo group) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", group.state());
		if (group.reason() != null) {
			details.put("reason", group.reason());
		}
		details.put("ready", ready(group));
		details.put("children", group.children());
		return details;
	}

	private static long ready(GroupInfo group) {
		// Slots, not workers: while one is replaced, predecessor and successor are both
		// ready.
		return group.workers()
			.stream()
			.filter((worker) -> worker.state() == WorkerState.READY)
			.mapToInt(WorkerInfo::index)
			.distinct()
			.count();
	}

}
