package io.pmboot.sample;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

import io.pmboot.RestartReason;
import io.pmboot.test.FullOnly;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers that are replaced because of a limit, under load. None is before it has been
 * ready for a minute.
 */
@FullOnly
class RecyclingIntegrationTests {

	@Test
	void recyclingByRequestsLosesNone() throws Exception {
		recycles(RestartReason.REQUESTS, 300);
	}

	@Test
	void recyclingByAgeLosesNone() throws Exception {
		recycles(RestartReason.AGE, "61s");
	}

	@Test
	void recyclingByMemoryLosesNone() throws Exception {
		recycles(RestartReason.MEMORY, "20MB");
	}

	private static void recycles(RestartReason reason, Object limit) throws Exception {
		String property = "pm.groups.web.recycle." + reason.name().toLowerCase(Locale.ROOT);
		try (MasterProcess master = Sample.ready((sample) -> sample.property(property, limit));
				LoadClient load = LoadClient.on(master.port())
					.connectionPerRequest(4)
					.keepAlive(4)
					.slow(2, Duration.ofMillis(700))
					.pausing(4, Duration.ofSeconds(1))
					.start()) {
			List<Long> before = master.pids("web");
			AtomicLong least = new AtomicLong(Long.MAX_VALUE);
			master.awaitGroup("web", "recycled", (group) -> {
				least.accumulateAndGet(group.ready(), Math::min);
				return group.workers().stream().noneMatch((worker) -> before.contains(worker.pid()));
			});
			load.awaitAnswers(8);
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result + System.lineSeparator() + master.output().text()).isZero();
			assertThat(least).hasValueGreaterThanOrEqualTo(before.size());
			assertThat(master.output().text()).contains("is replaced (" + reason + ")");
			assertThat(master.output().text()).doesNotContain("Its successor failed");
		}
	}

}
