package io.pmboot.web;

import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.test.Http2Connection;
import io.pmboot.test.HttpConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What every server promises of a drain over HTTP/2, with TLS and without.
 */
public abstract class Http2DrainContract extends ServerContract {

	protected Http2DrainContract(ServerWorker.Factory workers) {
		super(workers);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aReloadServesWhatAnIdleConnectionSendsBehindTheFirstGoaway(boolean tls) throws Exception {
		Http2Connection client = connect(tls);
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(client.awaitGoAway()).isEqualTo(Integer.MAX_VALUE);
		// On its way when the client had not seen the GOAWAY yet.
		assertThat(client.await(client.request("/")).body()).asString().isEqualTo("a");
		assertThat(drained).isNotDone();
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aReloadLetsActiveStreamsFinish(boolean tls) throws Exception {
		Http2Connection client = connect(tls);
		int held = client.request("/hold");
		await().until(() -> this.worker.held() == 1);
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(client.awaitGoAway()).isEqualTo(Integer.MAX_VALUE);
		assertThat(drained).isNotDone();
		this.worker.release();
		assertThat(client.await(held).body()).asString().isEqualTo("a");
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aStopDuringAReloadEndsAnIdleConnection() throws Exception {
		Http2Connection client = connect(false);
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(client.awaitGoAway()).isEqualTo(Integer.MAX_VALUE);
		this.worker.hasten(DrainReason.STOP);
		int next = client.awaitGoAway();
		if (next == Integer.MAX_VALUE) {
			next = client.awaitGoAway();
		}
		assertThat(next).isOne();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aStopLetsActiveStreamsFinish(boolean tls) throws Exception {
		Http2Connection client = connect(tls);
		int held = client.request("/hold");
		await().until(() -> this.worker.held() == 1);
		CompletableFuture<Void> drained = drain(DrainReason.STOP);
		client.awaitGoAway();
		assertThat(drained).isNotDone();
		this.worker.release();
		assertThat(client.await(held).body()).asString().isEqualTo("a");
		client.awaitEnd();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aStopClosesAConnectionWithoutStreams(boolean tls) throws Exception {
		Http2Connection client = connect(tls);
		CompletableFuture<Void> drained = drain(DrainReason.STOP);
		client.awaitGoAway();
		client.awaitEnd();
		assertThat(drained).succeedsWithin(SOON);
	}

	protected final Http2Connection connect(boolean tls) throws Exception {
		if (tls) {
			restart(ServerFeature.HTTP_2, ServerFeature.TLS);
		}
		else {
			restart(ServerFeature.HTTP_2);
		}
		Http2Connection client = closing(new Http2Connection(
				(tls) ? HttpConnection.open(this.listener.localAddress(), TestCertificates.trusting(), "h2")
						: HttpConnection.open(this.listener.localAddress())));
		assertThat(client.await(client.request("/")).body()).asString().isEqualTo("a");
		return client;
	}

}
