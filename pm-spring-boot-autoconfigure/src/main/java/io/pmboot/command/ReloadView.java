package io.pmboot.command;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A reload in words: each step in a line, or each slot in a line with a bar.
 */
final class ReloadView {

	/** As many slots are shown; with more the lines would leave the screen. */
	static final int MAX_SLOTS = 20;

	private static final int CELLS = 3;

	/** What becomes of a slot, in any order, until it is replaced. */
	private static final List<String> STAGES = List.of("FORKED", "READY", "ACTIVATED", "OBSERVED", "DRAINING",
			"DRAINED");

	private final Terminal terminal;

	private final DateTimeFormatter time;

	ReloadView(Terminal terminal, ZoneId zone) {
		this.terminal = terminal;
		this.time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(zone);
	}

	String began(Json reload) {
		return line(reload, reload.at("startedAt"), "group %s from generation %s to %s"
			.formatted(reload.at("group").text(""), reload.at("fromGeneration"), reload.at("toGeneration")));
	}

	String step(Json reload, Json step) {
		String group = reload.at("group").text("");
		Double index = step.at("index").number();
		String detail = step.at("detail").text();
		return line(reload, step.at("at"),
				"%s %s, generation %s, after %s%s".formatted(
						(index != null) ? "%s-%d".formatted(group, index.intValue()) : group,
						word(step.at("kind").text("")), step.at("generation"), seconds(step.at("tookMillis").number(0)),
						(detail != null) ? ": " + Terminal.plain(detail) : ""));
	}

	String ended(Json reload) {
		long cut = reload.at("requestsCut").number(0);
		Duration took = Duration.between(instant(reload.at("startedAt")), instant(reload.at("endedAt")));
		return line(reload, reload.at("endedAt"), "%s after %s%s".formatted(word(reload.at("outcome").text("")),
				seconds(took.toMillis()), (cut > 0) ? ", %d requests cut".formatted(cut) : ""));
	}

	/** The whole of it, for a terminal. */
	List<String> bars(Json reload, long children) {
		List<String> lines = new ArrayList<>(List.of(began(reload)));
		Map<Long, List<Json>> slots = new TreeMap<>();
		for (long index = 0; index < children; index++) {
			slots.put(index, new ArrayList<>());
		}
		Json ofGroup = null;
		for (Json step : reload.at("steps").elements()) {
			if (step.at("index").number() == null) {
				ofGroup = step;
			}
			else {
				slots.computeIfAbsent(step.at("index").number(0), (index) -> new ArrayList<>()).add(step);
			}
		}
		if (ofGroup != null) {
			lines.add(step(reload, ofGroup));
		}
		boolean completed = "COMPLETED".equals(reload.at("outcome").text());
		List<String> bars = new ArrayList<>();
		slots.forEach((index, steps) -> {
			String bar = bar(reload.at("group").text("") + "-" + index, steps, completed);
			// Those that are under way first, where not all of them are shown.
			bars.add((slots.size() > MAX_SLOTS && isUnderWay(steps)) ? 0 : bars.size(), bar);
		});
		lines.addAll(bars.subList(0, Math.min(MAX_SLOTS, bars.size())));
		if (bars.size() > MAX_SLOTS) {
			long replaced = slots.values().stream().filter((steps) -> reached(steps) == STAGES.size()).count();
			lines.add("  … %d slots, %d of them replaced".formatted(bars.size(), replaced));
		}
		if (reload.at("outcome").text() != null) {
			lines.add(ended(reload));
		}
		return lines;
	}

	private static boolean isUnderWay(List<Json> steps) {
		return !steps.isEmpty() && reached(steps) < STAGES.size();
	}

	private String bar(String slot, List<Json> steps, boolean completed) {
		int reached = completed ? STAGES.size() : reached(steps);
		Json last = steps.isEmpty() ? null : steps.get(steps.size() - 1);
		String state = (last != null) ? last.at("kind").text("") : "";
		String detail = (last != null) ? last.at("detail").text() : null;
		String line = "  %-12s [%s%s] %s%s".formatted(slot, "#".repeat(reached * CELLS),
				".".repeat((STAGES.size() - reached) * CELLS), word(state),
				(detail != null) ? ": " + Terminal.plain(detail).replace('\n', ' ') : "");
		return line.stripTrailing();
	}

	// One that has been replaced need not have been observed.
	private static int reached(List<Json> steps) {
		Set<String> stages = new HashSet<>();
		for (Json step : steps) {
			String kind = step.at("kind").text("");
			if (kind.equals("FAILED") || kind.equals("ROLLED_BACK")) {
				stages.clear();
			}
			else if (STAGES.contains(kind)) {
				stages.add(kind);
			}
		}
		return stages.containsAll(Set.of("ACTIVATED", "DRAINED")) ? STAGES.size() : stages.size();
	}

	private String line(Json reload, Json at, String what) {
		return "%s  %s  %s".formatted(this.time.format(instant(at)), reload.at("id").text(""), what);
	}

	private String word(@Nullable String word) {
		return (word != null) ? this.terminal.colour(word, word) : "";
	}

	private static Instant instant(Json at) {
		String text = at.text();
		return (text != null) ? Instant.parse(text) : Instant.EPOCH;
	}

	private static String seconds(long millis) {
		return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
	}

}
