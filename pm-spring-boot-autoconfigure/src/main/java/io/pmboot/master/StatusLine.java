package io.pmboot.master;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;

/**
 * How all groups are, in one line of bounded length.
 */
final class StatusLine {

	private static final int MAX_LENGTH = 1_000;

	/** How the last reload of a group ended, where it did not complete. */
	private final Map<String, String> failures = new HashMap<>();

	void started(ReloadInfo reload) {
		this.failures.remove(reload.group());
	}

	void finished(ReloadInfo reload) {
		if (reload.outcome() != ReloadOutcome.COMPLETED) {
			this.failures.put(reload.group(),
					"reload %s %s: %s".formatted(reload.id(), reload.outcome(), reload.cause()));
		}
	}

	String of(List<GroupInfo> groups) {
		String line = groups.stream().map(this::of).collect(Collectors.joining("; ")).replaceAll("\\p{Cntrl}+", " ");
		return (line.length() > MAX_LENGTH) ? line.substring(0, MAX_LENGTH) + "…" : line;
	}

	private String of(GroupInfo group) {
		StringBuilder text = new StringBuilder(
				"%s: %d of %d ready".formatted(group.name(), group.serving(), group.children()));
		if (group.state() != GroupState.RUNNING) {
			text.append(", ").append(group.state());
		}
		if (group.reason() != null) {
			text.append(" (").append(group.reason()).append(')');
		}
		String failure = this.failures.get(group.name());
		if (failure != null) {
			text.append(", ").append(failure);
		}
		return text.toString();
	}

}
