package io.pmboot.sample;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;

import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** One page has the metrics of all workers, and loses none when they are replaced. */
@FullOnly
class MetricsIntegrationTests {

	private static final int RELOADS = 20;

	private static final Pattern REQUESTS = Pattern
		.compile("(?m)^http_server_requests_seconds_count\\{group=\"web\",[^\n]*} (\\S+)$");

	@Test
	void theSumOverReloadsIsWhatWasAnswered() throws Exception {
		try (MasterProcess master = Sample
			.ready((sample) -> sample.property("management.endpoints.web.exposure.include", "health,prometheus"));
				LoadClient load = LoadClient.on(master.port()).connectionPerRequest(2).keepAlive(4).start()) {
			load.awaitAnswers(20);
			for (int i = 0; i < RELOADS; i++) {
				assertThat(master.reload("web").outcome()).isEqualTo("COMPLETED");
				load.awaitAnswers(5);
				page(master);
			}
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result.toString()).isZero();
			// A request is counted just after the client has its answer.
			BigDecimal answers = BigDecimal.valueOf(result.successCount());
			Await.until(MasterProcess.TIMEOUT, "sum of " + answers, () -> sum(page(master)).compareTo(answers) >= 0,
					() -> "");
			String page = page(master);
			assertThat(sum(page)).as(page).isEqualByComparingTo(answers);
			assertThat(page).contains("pm_workers{group=\"web\",state=\"READY\"} 2.0",
					"# TYPE jvm_memory_used_bytes gauge", "jvm_memory_used_bytes{area=",
					"jvm_memory_used_bytes{group=\"web\",index=\"1\",generation=\"%d\",area=".formatted(RELOADS + 1));
			assertThat(page.split("# TYPE jvm_memory_used_bytes ", -1)).hasSize(2);
		}
	}

	private static String page(MasterProcess master) throws Exception {
		HttpAnswer answer = master.request("GET", "/actuator/prometheus", Map.of(), "");
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		return answer.body();
	}

	private static BigDecimal sum(String page) {
		return REQUESTS.matcher(page)
			.results()
			.map((result) -> new BigDecimal(result.group(1)))
			.reduce(BigDecimal.ZERO, BigDecimal::add);
	}

}
