package io.pmboot.sample;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The control experiment: the plain application under the load that a reload has to
 * stand.
 */
class LoadClientIntegrationTests {

	private final int port = FreePort.next();

	private SampleProcess sample;

	LoadClientIntegrationTests() throws IOException {
	}

	@BeforeEach
	void start() throws Exception {
		this.sample = new SampleLaunch().withoutJpa().property("server.port", this.port).start();
		Await.until(Duration.ofSeconds(90), "the sample serves", this::serves, () -> this.sample.output().text());
	}

	@AfterEach
	void close() {
		this.sample.close();
	}

	@Test
	void aSteadyApplicationLosesNothing() throws Exception {
		try (LoadClient load = load()) {
			load.awaitAnswers(20);
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result.toString()).isZero();
			assertThat(result.successes()).containsOnlyKeys(LoadKind.values());
		}
	}

	@Test
	void aStopAndStartIsSeen() throws Exception {
		try (LoadClient load = load()) {
			load.awaitAnswers(5);
			SampleProcess.signal(this.sample.pid(), "TERM");
			assertThat(this.sample.awaitExit()).isEqualTo(143);
			this.sample.close();
			start();
			load.awaitAnswers(5);
			LoadResult result = load.stop();
			assertThat(result.failures()).as(result.toString()).containsKey(FailureKind.REFUSED);
			assertThat(result.failureCount() - result.failures().get(FailureKind.REFUSED)).as(result.toString())
				.isPositive();
		}
	}

	@Test
	void aKillIsSeen() throws Exception {
		try (LoadClient load = load()) {
			load.awaitAnswers(5);
			SampleProcess.signal(this.sample.pid(), "KILL");
			assertThat(this.sample.awaitExit()).isEqualTo(137);
			LoadResult result = load.stop();
			assertThat(result.failures().keySet()).as(result.toString())
				.containsAnyOf(FailureKind.RESET, FailureKind.END_BEFORE_RESPONSE, FailureKind.CUT_SHORT);
		}
	}

	private LoadClient load() {
		return LoadClient.on(this.port)
			.connectionPerRequest(8)
			.keepAlive(8)
			.slow(4, Duration.ofMillis(1500))
			.pausing(4, Duration.ofSeconds(1))
			.start();
	}

	private boolean serves() {
		try {
			return HttpConnection.once(this.port, "GET", "/", Map.of(), "", Duration.ofSeconds(10)).status() == 200;
		}
		catch (RequestFailedException ex) {
			return false;
		}
	}

}
