package io.pmboot.web;

import java.io.IOException;
import java.time.Duration;

import io.pmboot.Answers;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.RequestFailedException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What a worker says of its answers, whatever the server.
 */
public abstract class AnswersContract extends ServerContract {

	protected AnswersContract(ServerWorker.Factory workers) {
		super(workers);
	}

	@Test
	void countsWhatFailsByStatusOrException() throws Exception {
		// Each on a connection of its own: Tomcat closes one after such a status.
		assertThat(client().get("/").status()).isEqualTo(200);
		assertThat(client().get("/fail").status()).isEqualTo(503);
		assertThat(client().get("/refuse").status()).isEqualTo(404);
		assertThat(client().get("/throw").status()).isEqualTo(500);
		await().until(() -> answers().total() == 4);
		assertThat(answers().failed()).isEqualTo(2);
		assertThat(answers().latencies().stream().mapToLong(Long::longValue).sum()).isEqualTo(4);
	}

	@Test
	void knowsHowLongAnAnswerTook() throws Exception {
		client().get("/slow");
		await().until(() -> answers().total() == 1);
		assertThat(answers().latency(50)).isGreaterThan(Duration.ofMillis(290));
	}

	@Test
	void aClientThatGoesAwayIsNoFailure() throws Exception {
		HttpConnection client = client();
		client.write(HttpConnection.request("/hold"));
		await().until(() -> this.worker.held() == 1);
		client.close();
		this.worker.release();
		await().until(() -> this.worker.serving().inFlight() == 0 && answers().total() == 1);
		assertThat(answers().failed()).isZero();
	}

	/** Not every server tells of that. */
	protected final void assertAnAnswerThatIsCutShortFailed() throws IOException {
		assertThatExceptionOfType(RequestFailedException.class).isThrownBy(() -> client().get("/break"));
		await().until(() -> answers().total() == 1);
		assertThat(answers().failed()).isOne();
	}

	private Answers answers() {
		return this.worker.serving().answers();
	}

}
