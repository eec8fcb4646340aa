package io.pmboot.web;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
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
		Http2Client client = connect(tls);
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(lastStream(client.next(Http2Client.GOAWAY))).isEqualTo(Integer.MAX_VALUE);
		// On its way when the client had not seen the GOAWAY yet.
		client.get(3, "/");
		assertThat(client.next(Http2Client.DATA)).asString().isEqualTo("a");
		assertThat(drained).isNotDone();
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aReloadLetsActiveStreamsFinish(boolean tls) throws Exception {
		Http2Client client = connect(tls);
		client.get(3, "/hold");
		await().until(() -> this.worker.held() == 1);
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(lastStream(client.next(Http2Client.GOAWAY))).isEqualTo(Integer.MAX_VALUE);
		assertThat(drained).isNotDone();
		this.worker.release();
		assertThat(client.next(Http2Client.DATA)).asString().isEqualTo("a");
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aStopDuringAReloadEndsAnIdleConnection() throws Exception {
		Http2Client client = connect(false);
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(lastStream(client.next(Http2Client.GOAWAY))).isEqualTo(Integer.MAX_VALUE);
		this.worker.hasten(DrainReason.STOP);
		byte[] next = client.next(Http2Client.GOAWAY);
		if (lastStream(next) == Integer.MAX_VALUE) {
			next = client.next(Http2Client.GOAWAY);
		}
		assertThat(lastStream(next)).isOne();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aStopLetsActiveStreamsFinish(boolean tls) throws Exception {
		Http2Client client = connect(tls);
		client.get(3, "/hold");
		await().until(() -> this.worker.held() == 1);
		CompletableFuture<Void> drained = drain(DrainReason.STOP);
		client.next(Http2Client.GOAWAY);
		assertThat(drained).isNotDone();
		this.worker.release();
		assertThat(client.next(Http2Client.DATA)).asString().isEqualTo("a");
		client.awaitEnd();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aStopClosesAConnectionWithoutStreams(boolean tls) throws Exception {
		Http2Client client = connect(tls);
		CompletableFuture<Void> drained = drain(DrainReason.STOP);
		client.next(Http2Client.GOAWAY);
		client.awaitEnd();
		assertThat(drained).succeedsWithin(SOON);
	}

	protected final Http2Client connect(boolean tls) throws Exception {
		if (tls) {
			restart(ServerFeature.HTTP_2, ServerFeature.TLS);
		}
		else {
			restart(ServerFeature.HTTP_2);
		}
		Http2Client client = closing(Http2Client.connect(this.listener.localAddress(), tls));
		client.get(1, "/");
		assertThat(client.next(Http2Client.DATA)).asString().isEqualTo("a");
		return client;
	}

	protected static int lastStream(byte[] goaway) {
		return ByteBuffer.wrap(goaway).getInt();
	}

}
