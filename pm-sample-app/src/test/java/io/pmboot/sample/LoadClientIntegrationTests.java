package io.pmboot.sample;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FailureKind;
import io.pmboot.test.FreePort;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadKind;
import io.pmboot.test.LoadResult;
import io.pmboot.test.RequestFailedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The control experiment: the plain application under the load that a reload has to
 * stand.
 */
class LoadClientIntegrationTests {

	private static int port;

	private static @Nullable ApplicationProcess running;

	@BeforeAll
	static void choosePort() throws IOException {
		port = FreePort.next();
	}

	@AfterAll
	static void close() {
		if (running != null) {
			running.close();
		}
	}

	@FullOnly
	@Test
	void aSteadyApplicationLosesNothing() throws Exception {
		running();
		try (LoadClient load = load()) {
			load.awaitAnswers(20);
			LoadResult result = load.stop();
			System.out.println("Load on the plain application: " + result);
			assertThat(result.failureCount()).as(result.toString()).isZero();
			assertThat(result.successes()).containsOnlyKeys(LoadKind.CONNECTION_PER_REQUEST, LoadKind.KEEP_ALIVE,
					LoadKind.SLOW, LoadKind.PAUSING);
		}
	}

	@FullOnly
	@Test
	void aStopAndStartIsSeen() throws Exception {
		ApplicationProcess sample = running();
		try (LoadClient load = load()) {
			load.awaitAnswers(5);
			ApplicationProcess.signal(sample.pid(), "TERM");
			assertThat(sample.awaitExit()).isEqualTo(143);
			running();
			load.awaitAnswers(5);
			LoadResult result = load.stop();
			System.out.println("Load on the plain application: " + result);
			assertThat(result.failures()).as(result.toString()).containsKey(FailureKind.REFUSED);
			assertThat(result.failureCount() - result.failures().get(FailureKind.REFUSED)).as(result.toString())
				.isPositive();
		}
	}

	@FullOnly
	@Test
	void aKillIsSeen() throws Exception {
		ApplicationProcess sample = running();
		try (LoadClient load = load()) {
			load.awaitAnswers(5);
			ApplicationProcess.signal(sample.pid(), "KILL");
			assertThat(sample.awaitExit()).isEqualTo(137);
			LoadResult result = load.stop();
			System.out.println("Load on the plain application: " + result);
			assertThat(result.failures().keySet()).as(result.toString())
				.containsAnyOf(FailureKind.RESET, FailureKind.END_BEFORE_RESPONSE, FailureKind.CUT_SHORT);
		}
	}

	private LoadClient load() {
		return LoadClient.on(port)
			.connectionPerRequest(8)
			.keepAlive(8)
			.slow(4, Duration.ofMillis(1500))
			.pausing(4, Duration.ofSeconds(1))
			.start();
	}

	// A test may leave it dead.
	private static ApplicationProcess running() throws Exception {
		ApplicationProcess sample = running;
		if (sample == null || !sample.isAlive()) {
			close();
			sample = new ApplicationLaunch().withoutJpa().property("server.port", port).start();
			running = sample;
			Await.until(Duration.ofSeconds(90), "the sample serves", LoadClientIntegrationTests::serves,
					sample.output()::text);
		}
		return sample;
	}

	private static boolean serves() {
		try {
			return HttpConnection.once(port, "GET", "/", Map.of(), "", Duration.ofSeconds(10)).status() == 200;
		}
		catch (RequestFailedException ex) {
			return false;
		}
	}

}
