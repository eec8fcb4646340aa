package io.pmboot.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.pmboot.test.FailureKind;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.LoadClient;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.RequestFailedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Workers whose heap requests fill under load, keep full for a while and let go. */
class FullHeapIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int FILLING = 4;

	private static final int CLIENTS = 8;

	private static final int ANSWERS = 400;

	/**
	 * @param option what a worker does that is out of memory
	 */
	@FullOnly
	@ParameterizedTest
	@ValueSource(strings = { "-XX:+ExitOnOutOfMemoryError", "-XX:-ExitOnOutOfMemoryError" })
	void afterwardsEveryRequestIsAnswered(String option) throws Exception {
		try (MasterProcess master = Sample
			.ready((sample) -> sample.property("pm.groups.web.jvm-options", "-Xmx64m,-XX:+UseSerialGC," + option));
				LoadClient load = LoadClient.on(master.port())) {
			load.connectionPerRequest(CLIENTS).start();
			load.awaitAnswers(ANSWERS);
			List<HttpConnection> filling = new ArrayList<>();
			for (int i = 0; i < FILLING; i++) {
				HttpConnection connection = HttpConnection.open(master.port(), TIMEOUT);
				filling.add(connection);
				connection.send("POST", "/fill?ms=12000", Map.of(), "");
			}
			for (HttpConnection connection : filling) {
				awaitEnd(connection);
			}
			load.awaitAnswers(ANSWERS);
			master.awaitComplete("web");
			System.out.printf("%s while heaps were full: %s%n", option, load.stop());
			LoadClient after = LoadClient.on(master.port()).connectionPerRequest(CLIENTS).start();
			after.awaitAnswers(ANSWERS);
			assertThat(after.stop().failureCount()).isZero();
		}
	}

	// With an answer, or without where its worker has ended.
	private static void awaitEnd(HttpConnection connection) {
		try (connection) {
			connection.receive();
		}
		catch (RequestFailedException ex) {
			assertThat(ex.kind()).isNotEqualTo(FailureKind.TIME_OUT);
		}
	}

}
