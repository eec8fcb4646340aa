package io.pmboot.actuate;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.actuate.PmStatus.GroupStatus;

import org.springframework.boot.json.JsonWriter;
import org.springframework.http.HttpStatus;

/**
 * An answer to a request that changes something, not yet in the terms of a web stack.
 * Written without the application's JSON settings, so that the same script works with
 * every application.
 *
 * @param status the HTTP status
 * @param json the body
 */
record JsonReply(HttpStatus status, String json) {

	private static final JsonWriter<Map<String, ?>> WRITER = JsonWriter.standard();

	static JsonReply accepted(List<ReloadInfo> reloads) {
		return of(HttpStatus.ACCEPTED, reloads);
	}

	static JsonReply accepted(GroupStatus group) {
		return of(HttpStatus.ACCEPTED, RecordMembers.of(group));
	}

	static JsonReply finished(List<ReloadInfo> reloads) {
		boolean completed = reloads.stream().allMatch((reload) -> reload.outcome() == ReloadOutcome.COMPLETED);
		return of((completed) ? HttpStatus.OK : HttpStatus.INTERNAL_SERVER_ERROR, reloads);
	}

	/**
	 * What has become of the last reloads, with every step.
	 * @param reloads the reloads
	 * @return the answer
	 */
	static JsonReply list(List<ReloadInfo> reloads) {
		return of(HttpStatus.OK, Map.of("reloads", reloads.stream().map((reload) -> {
			Map<String, Object> members = RecordMembers.of(reload);
			members.replace("steps", reload.steps().stream().map(JsonReply::members).toList());
			return members;
		}).toList()));
	}

	private static Map<String, Object> members(ReloadStep step) {
		Map<String, Object> members = new LinkedHashMap<>();
		RecordMembers.of(step)
			.forEach((name, value) -> members.put(name.equals("took") ? "tookMillis" : name,
					name.equals("took") ? step.took().toMillis() : value));
		return members;
	}

	static JsonReply error(HttpStatus status, String reason) {
		return of(status, Map.of("error", reason));
	}

	static JsonReply of(HttpStatus status, Map<String, ?> body) {
		return new JsonReply(status, WRITER.writeToString(body));
	}

	private static JsonReply of(HttpStatus status, List<ReloadInfo> reloads) {
		return of(status, Map.of("reloads", reloads.stream().map(JsonReply::members).toList()));
	}

	private static Map<String, Object> members(ReloadInfo reload) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("id", reload.id());
		members.put("group", reload.group());
		members.put("fromGeneration", reload.fromGeneration());
		members.put("toGeneration", reload.toGeneration());
		members.put("outcome", reload.outcome());
		members.put("cause", reload.cause());
		return members;
	}

	byte[] bytes() {
		return this.json.getBytes(StandardCharsets.UTF_8);
	}

}
