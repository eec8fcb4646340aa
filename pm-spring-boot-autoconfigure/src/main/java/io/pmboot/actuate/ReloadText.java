package io.pmboot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.pmboot.ReloadInfo;
import io.pmboot.ReloadStep;

/**
 * A reload in lines for a terminal.
 */
final class ReloadText {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS")
		.withZone(ZoneId.systemDefault());

	/** What is told to somebody for whom there is no room. */
	static final String CROWDED = "%d clients follow reloads already; GET without Accept: text/plain lists them\n"
		.formatted(ReloadProgress.MAX_FOLLOWERS);

	private ReloadText() {
	}

	static String begun(ReloadInfo reload) {
		return line(reload.startedAt(), reload.id(), "group %s from generation %d to %d, asked for by %s"
			.formatted(reload.group(), reload.fromGeneration(), reload.toGeneration(), reload.initiator()));
	}

	static String step(ReloadInfo reload, ReloadStep step) {
		String who = (step.index() != null) ? reload.group() + "-" + step.index() : reload.group();
		String detail = (step.detail() != null) ? ": " + step.detail() : "";
		return line(step.at(), reload.id(), "%s %s, generation %d, after %s%s".formatted(who, step.kind(),
				step.generation(), seconds(step.took()), detail));
	}

	static List<String> ended(ReloadInfo reload) {
		List<String> lines = new ArrayList<>();
		Instant end = (reload.endedAt() != null) ? reload.endedAt() : reload.startedAt();
		String cut = (reload.requestsCut() > 0) ? ", %d requests cut".formatted(reload.requestsCut()) : "";
		lines.add(line(end, reload.id(),
				"%s after %s%s".formatted(reload.outcome(), seconds(Duration.between(reload.startedAt(), end)), cut)));
		if (reload.cause() != null) {
			reload.cause().lines().forEach((line) -> lines.add("    " + line));
		}
		return lines;
	}

	private static String line(Instant at, String id, String what) {
		return "%s  %s  %s".formatted(TIME.format(at), id, what);
	}

	private static String seconds(Duration duration) {
		return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
	}

}
