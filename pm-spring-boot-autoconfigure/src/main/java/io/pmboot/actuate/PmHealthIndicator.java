package io.pmboot.actuate;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Master;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerReadyEvent;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.event.EventListener;

/**
 * Health {@code pm} of the master: whether every group that is to serve does. DOWN where
 * a group with listeners has no ready worker that accepts, or one that was given up has
 * none; OUT_OF_SERVICE while it starts for the first time, and where every group with
 * listeners was stopped.
 */
class PmHealthIndicator extends AbstractHealthIndicator {

	private final Master master;

	private final Set<String> pastFirstStart = ConcurrentHashMap.newKeySet();

	PmHealthIndicator(Master master) {
		super("The master could not tell the state of its groups");
		this.master = master;
	}

	@EventListener
	void onReady(WorkerReadyEvent event) {
		this.pastFirstStart.add(event.worker().group());
	}

	@EventListener
	void onGiveup(GiveupEvent event) {
		this.pastFirstStart.add(event.group());
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<GroupInfo> groups = this.master.groups();
		builder.status(status(groups));
		Instant blockedSince = this.master.outputBlockedSince();
		if (blockedSince != null) {
			builder.withDetail("output", "blocked since " + blockedSince);
		}
		groups.forEach((group) -> builder.withDetail(group.name(), details(group)));
	}

	private Status status(List<GroupInfo> groups) {
		List<Status> each = groups.stream().map(this::status).toList();
		if (each.contains(Status.DOWN)) {
			return Status.DOWN;
		}
		List<GroupInfo> listening = groups.stream().filter((group) -> !group.listen().isEmpty()).toList();
		boolean allStopped = !listening.isEmpty() && listening.stream().allMatch(PmHealthIndicator::isStopped);
		return (allStopped || each.contains(Status.OUT_OF_SERVICE)) ? Status.OUT_OF_SERVICE : Status.UP;
	}

	private Status status(GroupInfo group) {
		// What an operator has stopped, or scaled to none, is as it should be
		if (group.serving() > 0 || isStopped(group) || group.children() == 0) {
			return Status.UP;
		}
		if (group.state() == GroupState.GIVEN_UP) {
			return Status.DOWN;
		}
		if (group.listen().isEmpty()) {
			return Status.UP;
		}
		return (this.pastFirstStart.contains(group.name())) ? Status.DOWN : Status.OUT_OF_SERVICE;
	}

	private static boolean isStopped(GroupInfo group) {
		return group.state() == GroupState.STOPPED;
	}

	private static Map<String, Object> details(GroupInfo group) {
		// Slots, not workers: predecessor and successor of one may both be ready.
		long ready = group.workers()
			.stream()
			.filter((worker) -> worker.state() == WorkerState.READY)
			.mapToInt(WorkerInfo::index)
			.distinct()
			.count();
		long serving = group.serving();
		String reason = group.reason();
		if (reason == null && serving < ready) {
			reason = "%d of %d ready workers accept nothing: their application refuses traffic (ReadinessState)"
				.formatted(ready - serving, ready);
		}
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", group.state());
		if (reason != null) {
			details.put("reason", reason);
		}
		details.put("ready", ready);
		if (serving < ready) {
			details.put("serving", serving);
		}
		details.put("children", group.children());
		return details;
	}

}
