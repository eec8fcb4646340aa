package io.pmboot.actuate;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MetricsPage}.
 */
class MetricsPageTests {

	private static final String OPEN_METRICS = """
			# TYPE http_seconds histogram
			# UNIT http_seconds seconds
			# HELP http_seconds What it "took"
			http_seconds_bucket{uri="/a{b}\\"c\\" # d",le="0.1"} 3 # {trace_id="x"} 0.05 1700000000.000
			http_seconds_bucket{uri="/a{b}\\"c\\" # d",le="+Inf"} 4
			http_seconds_count{uri="/a{b}\\"c\\" # d"} 4
			http_seconds_sum{uri="/a{b}\\"c\\" # d"} 1.5
			# TYPE jobs counter
			# HELP jobs Jobs
			jobs_total{group="mine"} 2.0
			jobs_created{group="mine"} 1700000000.000
			# TYPE threads gauge
			threads 7.0
			# EOF
			""";

	@Test
	void whatIsReadIsWrittenInBothFormats() {
		MetricsPage page = MetricsPage.parse(OPEN_METRICS);
		assertThat(page.write(true)).isEqualTo(OPEN_METRICS.replace("\"took\"", "\\\"took\\\""));
		assertThat(page.write(false)).isEqualTo("""
				# HELP http_seconds What it "took"
				# TYPE http_seconds histogram
				http_seconds_bucket{uri="/a{b}\\"c\\" # d",le="0.1"} 3
				http_seconds_bucket{uri="/a{b}\\"c\\" # d",le="+Inf"} 4
				http_seconds_count{uri="/a{b}\\"c\\" # d"} 4
				http_seconds_sum{uri="/a{b}\\"c\\" # d"} 1.5
				# HELP jobs_total Jobs
				# TYPE jobs_total counter
				jobs_total{group="mine"} 2.0
				# TYPE threads gauge
				threads 7.0
				""");
		assertThat(MetricsPage.parse(page.write(false)).write(false)).isEqualTo(page.write(false));
	}

	@Test
	void familiesOfSeveralWorkersAreTogetherAndTold() {
		MetricsPage page = MetricsPage.parse("# TYPE threads gauge\nthreads 1.0\n");
		assertThat(page.add(MetricsPage.parse(OPEN_METRICS), Map.of("group", "we\"b"))).isEmpty();
		assertThat(page.add(MetricsPage.parse("# TYPE threads gauge\nthreads{a=\"b\"} 3.0\n"), Map.of("group", "jobs")))
			.isEmpty();
		assertThat(page.write(false)).containsOnlyOnce("# TYPE threads gauge")
			.contains("threads 1.0\nthreads{group=\"we\\\"b\"} 7.0\nthreads{group=\"jobs\",a=\"b\"} 3.0\n")
			.contains("jobs_total{group=\"we\\\"b\",exported_group=\"mine\"} 2.0\n")
			.contains("http_seconds_count{group=\"we\\\"b\",uri=\"/a{b}\\\"c\\\" # d\"} 4\n");
	}

	@Test
	void aFamilyOfAnotherTypeIsLeftOut() {
		MetricsPage page = MetricsPage.parse("# TYPE threads gauge\nthreads 1.0\n");
		assertThat(page.add(MetricsPage.parse("# TYPE threads counter\nthreads_total 3.0\n"), Map.of("group", "a")))
			.containsExactly("threads");
		assertThat(page.write(true)).isEqualTo("# TYPE threads gauge\nthreads 1.0\n# EOF\n");
	}

	@Test
	void countsOutliveTheirWorkerAndAddUp() {
		MetricsPage counts = MetricsPage.parse(OPEN_METRICS).counts();
		assertThat(counts.write(true)).doesNotContain("threads", "trace_id", "_created").contains("jobs_total");
		MetricsPage next = MetricsPage.parse("""
				# TYPE http_seconds histogram
				http_seconds_bucket{uri="/a{b}\\"c\\" # d",le="0.1"} 1
				http_seconds_count{uri="/a{b}\\"c\\" # d"} 10
				http_seconds_count{uri="/new"} 1
				""");
		next.sum(counts);
		assertThat(next.write(false)).contains("le=\"0.1\"} 4.0\n", "jobs_total{group=\"mine\"} 2.0\n", "# d\"} 14.0\n",
				"http_seconds_count{uri=\"/new\"} 1\n", "le=\"+Inf\"} 4\n");
	}

}
