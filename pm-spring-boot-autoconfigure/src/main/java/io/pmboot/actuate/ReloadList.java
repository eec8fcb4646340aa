package io.pmboot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.Master;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadStep;

import org.springframework.http.HttpStatus;

/**
 * What has become of the last reloads, with every step.
 */
final class ReloadList {

	/** The last part of its path. */
	static final String WORD = "reloads";

	private ReloadList() {
	}

	static JsonReply of(Master master) {
		return JsonReply.of(HttpStatus.OK,
				Map.of("reloads", master.reloads().stream().map(ReloadList::members).toList()));
	}

	private static Map<String, Object> members(ReloadInfo reload) {
		Map<String, Object> members = RecordMembers.of(reload);
		List<Map<String, Object>> steps = reload.steps().stream().map(ReloadList::members).toList();
		members.replace("steps", steps);
		return members;
	}

	private static Map<String, Object> members(ReloadStep step) {
		Map<String, Object> members = new LinkedHashMap<>();
		RecordMembers.of(step)
			.forEach((name, value) -> members.put(name.equals("took") ? "tookMillis" : name,
					name.equals("took") ? step.took().toMillis() : value));
		return members;
	}

}
