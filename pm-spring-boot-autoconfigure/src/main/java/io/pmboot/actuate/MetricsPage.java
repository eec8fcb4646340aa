package io.pmboot.actuate;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Metrics by their families, as they are exposed to Prometheus: read from OpenMetrics or
 * Prometheus' own text format, put together, and written in either.
 */
final class MetricsPage {

	private static final Pattern META = Pattern.compile("# (TYPE|HELP|UNIT) (\\S+) ?(.*)");

	/** Possessive: a value may be of any length. */
	private static final String QUOTED = "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"";

	private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*+)=(" + QUOTED + ")");

	private static final Pattern SAMPLE = Pattern.compile(
			"([a-zA-Z_:][a-zA-Z0-9_:]*+)(?:\\{([^\"}]*+(?:" + QUOTED + "[^\"}]*+)*+)})? ([^ ]++)( [^ #]++)?( # .*)?");

	private final Map<String, Family> families = new LinkedHashMap<>();

	/**
	 * Reads a page. What is not understood is passed over.
	 * @param text the page
	 * @return the page
	 */
	static MetricsPage parse(String text) {
		MetricsPage page = new MetricsPage();
		Family family = null;
		for (String line : (Iterable<String>) text.lines()::iterator) {
			if (line.startsWith("#")) {
				Matcher meta = META.matcher(line);
				if (meta.matches()) {
					family = page.describe(family, meta.group(1), meta.group(2), meta.group(3));
				}
				continue;
			}
			Matcher sample = SAMPLE.matcher(line);
			if (sample.matches()) {
				String name = sample.group(1);
				if (family == null || !name.startsWith(family.name)) {
					family = page.families.computeIfAbsent(name, Family::new);
				}
				family.samples.add(new Sample(name, (sample.group(2) != null) ? sample.group(2) : "", sample.group(3),
						sample.group(5)));
			}
		}
		page.families.values().removeIf((each) -> each.samples.isEmpty());
		return page;
	}

	// In Prometheus' own format a counter is named as its samples are; which it is, is
	// known after its help.
	private Family describe(@Nullable Family last, String what, String name, String value) {
		Family family = (last != null && last.told.equals(name)) ? last
				: this.families.computeIfAbsent(name, Family::new);
		switch (what) {
			case "TYPE" -> {
				family.type = value.equals("untyped") ? "unknown" : value;
				if (value.equals("counter") && name.endsWith("_total")) {
					this.families.remove(family.name, family);
					family.name = name.substring(0, name.length() - "_total".length());
					this.families.put(family.name, family);
				}
			}
			case "HELP" -> {
				family.help = value.replace("\\\"", "\"");
			}
			default -> {
				family.unit = value;
			}
		}
		return family;
	}

	/**
	 * Adds the metrics of another page, each with some labels more, which take the place
	 * of those of the same name: these are told with {@code exported_} before it, as
	 * Prometheus does.
	 * @param other the page
	 * @param labels the labels
	 * @return the families that were left out, because they are of another type here
	 */
	List<String> add(MetricsPage other, Map<String, String> labels) {
		List<String> left = new ArrayList<>();
		String before = labels(labels);
		for (Family theirs : other.families.values()) {
			Family ours = this.families.computeIfAbsent(theirs.name, (name) -> theirs.withoutSamples());
			if (!ours.type.equals(theirs.type)) {
				left.add(theirs.name);
				continue;
			}
			theirs.samples.forEach((sample) -> ours.samples.add(sample.with(before, labels.keySet())));
		}
		return left;
	}

	private static String labels(Map<String, String> labels) {
		StringBuilder text = new StringBuilder();
		labels.forEach((name, value) -> text.append(text.isEmpty() ? "" : ",")
			.append(name)
			.append("=\"")
			.append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
			.append('"'));
		return text.toString();
	}

	/**
	 * What of it only grows: counters, and counts and sums of histograms and summaries.
	 * @return a page with these alone, without exemplars
	 */
	MetricsPage counts() {
		MetricsPage counts = new MetricsPage();
		for (Family family : this.families.values()) {
			Family kept = family.withoutSamples();
			family.samples.stream()
				.filter(family::grows)
				.forEach((sample) -> kept.samples.add(new Sample(sample.name, sample.labels, sample.value, null)));
			if (!kept.samples.isEmpty()) {
				counts.families.put(kept.name, kept);
			}
		}
		return counts;
	}

	/**
	 * Adds the values of another page to those of the same names and labels, and what is
	 * there alone as it is.
	 * @param counts the counts of one that has ended
	 */
	void sum(MetricsPage counts) {
		for (Family theirs : counts.families.values()) {
			Family ours = this.families.computeIfAbsent(theirs.name, (name) -> theirs.withoutSamples());
			if (!ours.type.equals(theirs.type)) {
				continue;
			}
			Map<String, Integer> places = new LinkedHashMap<>();
			for (int i = 0; i < ours.samples.size(); i++) {
				places.put(ours.samples.get(i).key(), i);
			}
			for (Sample sample : theirs.samples) {
				Integer place = places.get(sample.key());
				if (place == null) {
					ours.samples.add(sample);
				}
				else {
					ours.samples.set(place, ours.samples.get(place).plus(sample));
				}
			}
		}
	}

	/** Keeps what has one of these names, as a family or as samples. */
	void keep(Set<String> names) {
		this.families.values()
			.removeIf((family) -> !names.contains(family.name)
					&& family.samples.stream().noneMatch((sample) -> names.contains(sample.name)));
	}

	int size() {
		return this.families.values()
			.stream()
			.flatMap((family) -> family.samples.stream())
			.mapToInt((sample) -> sample.name.length() + sample.labels.length() + sample.value.length())
			.sum();
	}

	/**
	 * Writes it.
	 * @param openMetrics whether as OpenMetrics, which alone has exemplars, or as
	 * Prometheus' own text format
	 */
	String write(boolean openMetrics) {
		StringBuilder page = new StringBuilder();
		for (Family family : this.families.values()) {
			if (openMetrics) {
				family.writeOpenMetrics(page);
			}
			else {
				family.writeText(page);
			}
		}
		return page.append(openMetrics ? "# EOF\n" : "").toString();
	}

	/**
	 * Metrics of one name and type.
	 */
	private static final class Family {

		private static final Set<String> COUNTED = Set.of("_count", "_sum", "_bucket", "_total");

		/** As it was told. */
		private final String told;

		/** As OpenMetrics has it: that of a counter without {@code _total}. */
		private String name;

		private String type = "unknown";

		private @Nullable String help;

		private @Nullable String unit;

		private final List<Sample> samples = new ArrayList<>();

		Family(String name) {
			this.told = name;
			this.name = name;
		}

		Family withoutSamples() {
			Family family = new Family(this.name);
			family.type = this.type;
			family.help = this.help;
			family.unit = this.unit;
			return family;
		}

		boolean grows(Sample sample) {
			String suffix = sample.name.substring(this.name.length());
			return switch (this.type) {
				case "counter", "histogram", "summary" -> COUNTED.contains(suffix);
				default -> false;
			};
		}

		void writeOpenMetrics(StringBuilder page) {
			page.append("# TYPE ").append(this.name).append(' ').append(this.type).append('\n');
			if (this.unit != null) {
				page.append("# UNIT ").append(this.name).append(' ').append(this.unit).append('\n');
			}
			if (this.help != null) {
				page.append("# HELP ")
					.append(this.name)
					.append(' ')
					.append(this.help.replace("\"", "\\\""))
					.append('\n');
			}
			for (Sample sample : this.samples) {
				sample.write(page);
				page.append((sample.exemplar != null) ? sample.exemplar : "").append('\n');
			}
		}

		void writeText(StringBuilder page) {
			String suffix = switch (this.type) {
				case "counter" -> "_total";
				case "info" -> "_info";
				default -> "";
			};
			if (this.help != null) {
				page.append("# HELP ").append(this.name).append(suffix).append(' ').append(this.help).append('\n');
			}
			page.append("# TYPE ").append(this.name).append(suffix).append(' ').append(textType()).append('\n');
			for (Sample sample : this.samples) {
				if (!sample.name.equals(this.name + "_created")) {
					sample.write(page);
					page.append('\n');
				}
			}
		}

		private String textType() {
			return switch (this.type) {
				case "unknown" -> "untyped";
				case "info", "stateset" -> "gauge";
				case "gaugehistogram" -> "histogram";
				default -> this.type;
			};
		}

	}

	/**
	 * One value.
	 *
	 * @param name its name
	 * @param labels its labels as text, without braces
	 * @param value its value
	 * @param exemplar its exemplar with what is before it, if there is one
	 */
	private record Sample(String name, String labels, String value, @Nullable String exemplar) {

		Sample with(String before, Set<String> names) {
			if (before.isEmpty()) {
				return this;
			}
			if (names.stream().noneMatch(this.labels::contains)) {
				// As with nearly all of them: there is nothing to look at more closely.
				return new Sample(this.name, this.labels.isEmpty() ? before : before + "," + this.labels, this.value,
						this.exemplar);
			}
			StringBuilder all = new StringBuilder(before);
			Matcher label = LABEL.matcher(this.labels);
			while (label.find()) {
				all.append(',')
					.append(names.contains(label.group(1)) ? "exported_" : "")
					.append(label.group(1))
					.append('=')
					.append(label.group(2));
			}
			return new Sample(this.name, all.toString(), this.value, this.exemplar);
		}

		String key() {
			return this.name + "{" + this.labels + "}";
		}

		// Exact, as long as the values are: counts are whole numbers.
		Sample plus(Sample other) {
			try {
				BigDecimal sum = new BigDecimal(this.value).add(new BigDecimal(other.value));
				return new Sample(this.name, this.labels, Double.toString(sum.doubleValue()), this.exemplar);
			}
			catch (NumberFormatException ex) {
				// NaN or infinite, as a sum may be.
				return this;
			}
		}

		void write(StringBuilder page) {
			page.append(this.name);
			if (!this.labels.isEmpty()) {
				page.append('{').append(this.labels).append('}');
			}
			page.append(' ').append(this.value);
		}

	}

}
