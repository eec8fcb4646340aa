package io.pmboot.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * The status as two tables, of groups and of workers.
 */
final class StatusView {

	private final Clock clock;

	private final Terminal terminal;

	/**
	 * Requests per second by pid, where that can be told; {@code null} to show how many
	 * there have been instead.
	 */
	private final @Nullable Map<Long, Double> rates;

	StatusView(Clock clock, Terminal terminal, @Nullable Map<Long, Double> rates) {
		this.clock = clock;
		this.terminal = terminal;
		this.rates = rates;
	}

	/** Shows all groups, or one that is answered by itself, with its name. */
	List<String> lines(Json status) {
		List<String> lines = new ArrayList<>();
		String name = status.at("name").text();
		Map<String, Json> groups = (name != null) ? Map.of(name, status) : status.at("groups").members();
		if (name == null) {
			String blocked = status.at("master").at("outputBlockedSince").text();
			lines.add("Master %d%s".formatted(status.at("master").at("pid").number(0),
					(blocked != null) ? ", whose output nobody has read for " + age(blocked) : ""));
			lines.add("");
		}
		lines.addAll(groups(groups));
		lines.add("");
		lines.addAll(workers(groups));
		return lines;
	}

	private List<String> groups(Map<String, Json> groups) {
		Table table = new Table("GROUP", "STATE", ">GEN", ">READY", "LISTEN", "REASON");
		groups.forEach((name, group) -> {
			long ready = group.at("workers")
				.elements()
				.stream()
				.filter((worker) -> "READY".equals(worker.at("state").text()))
				.map((worker) -> worker.at("index").number(0))
				.distinct()
				.count();
			StringJoiner listen = new StringJoiner(", ");
			group.at("listen").elements().forEach((address) -> listen.add(address.text("")));
			table.row(name, group.at("state").text(""), group.at("generation").toString(),
					"%d/%s".formatted(ready, group.at("children")), listen.toString(), group.at("reason").text(""));
		});
		return table.lines(this.terminal);
	}

	private List<String> workers(Map<String, Json> groups) {
		Table table = new Table("WORKER", ">PID", ">GEN", "STATE", ">AGE", (this.rates != null) ? ">REQ/S" : ">SERVED",
				">IN FLIGHT", ">OLDEST", ">MEMORY", "REASON");
		groups.forEach((name, group) -> group.at("workers").elements().forEach((worker) -> {
			Json load = worker.at("load");
			long pid = worker.at("pid").number(0);
			Double oldest = load.at("oldestInFlightMillis").number();
			Double memory = load.at("residentSize").number();
			table.row(name + "-" + worker.at("index"), (pid != 0) ? Long.toString(pid) : "",
					worker.at("generation").toString(), worker.at("state").text(""), age(worker.at("since").text()),
					(this.rates != null) ? rate(this.rates.get(pid)) : count(load.at("served")),
					count(load.at("inFlight")), (oldest != null) ? format("%.1fs", oldest / 1000) : "",
					(memory != null) ? size(memory) : "", worker.at("reason").text(""));
		}));
		return table.lines(this.terminal);
	}

	private static String rate(@Nullable Double rate) {
		return (rate != null) ? format("%.1f", rate) : "";
	}

	private static String count(Json number) {
		return (number.number() != null) ? Long.toString(number.number(0)) : "";
	}

	private String age(@Nullable String since) {
		if (since == null) {
			return "";
		}
		Duration age = Duration.between(Instant.parse(since), this.clock.instant());
		if (age.toDays() > 0) {
			return "%dd %dh".formatted(age.toDays(), age.toHoursPart());
		}
		if (age.toHours() > 0) {
			return "%dh %dm".formatted(age.toHours(), age.toMinutesPart());
		}
		return (age.toMinutes() > 0) ? "%dm %ds".formatted(age.toMinutes(), age.toSecondsPart())
				: "%ds".formatted(Math.max(age.toSeconds(), 0));
	}

	private static String size(double bytes) {
		double mebibytes = bytes / (1 << 20);
		return (mebibytes < 1024) ? format("%.0fM", mebibytes) : format("%.1fG", mebibytes / 1024);
	}

	private static String format(String format, double value) {
		return String.format(Locale.ROOT, format, value);
	}

}
