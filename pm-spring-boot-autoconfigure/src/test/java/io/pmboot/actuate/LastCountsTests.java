package io.pmboot.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import io.pmboot.actuate.LastCounts.Labels;
import io.pmboot.web.PrivateConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LastCounts}.
 */
class LastCountsTests {

	private static final Labels WEB = new Labels("web", "0", "1");

	@TempDir
	private Path directory;

	@Test
	void whatAnEarlierMastersWorkersLeftIsForgotten() throws IOException {
		leave(11, 5);
		LastCounts last = new LastCounts(this.directory);
		last.take(0);
		assertThat(last.counts(WEB)).isNull();
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void whatWorkersLeaveAddsUpAndIsKeptForTenMinutesAfterTheLast() throws IOException {
		LastCounts last = new LastCounts(this.directory);
		leave(11, 5);
		last.take(0);
		assertThat(this.directory).isEmptyDirectory();
		assertThat(last.hasLeft(11, WEB)).isTrue();
		assertThat(last.hasLeft(11, new Labels("web", "0", "2"))).isFalse();
		leave(12, 7);
		last.take(1);
		assertThat(total(last)).contains("jobs_total 12.0\n");
		long tenMinutes = LastCounts.KEPT.toNanos();
		assertThat(last.expire(Set.of(WEB), 2 * tenMinutes)).containsExactly(WEB);
		assertThat(last.expire(Set.of(), 3 * tenMinutes)).containsExactly(WEB);
		assertThat(last.expire(Set.of(), 3 * tenMinutes + 1)).isEmpty();
		assertThat(last.hasLeft(12, WEB)).isFalse();
	}

	private static String total(LastCounts last) {
		MetricsPage page = new MetricsPage();
		page.add(last.counts(WEB), Map.of());
		return page.write(false);
	}

	private void leave(long pid, int jobs) throws IOException {
		Files.writeString(PrivateConnector.countsOf(this.directory, pid),
				"# web 0 1\n# TYPE jobs counter\njobs_total %d\n# TYPE threads gauge\nthreads 1\n".formatted(jobs));
	}

}
