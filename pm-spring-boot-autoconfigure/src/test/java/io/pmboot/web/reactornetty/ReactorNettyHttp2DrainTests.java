package io.pmboot.web.reactornetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.socket.SharedListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.web.Http2Client;
import io.pmboot.web.TestCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.web.server.Http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SharedServer} with HTTP/2, over TLS and without.
 */
@Timeout(60)
class ReactorNettyHttp2DrainTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private SharedListener listener;

	private ReactorNettyWorker worker;

	private Http2Client client;

	@BeforeEach
	void bind() throws IOException {
		this.listener = TestListeners.bind();
	}

	@AfterEach
	void stop() throws Exception {
		this.worker.release.tryEmitEmpty();
		this.client.close();
		this.worker.close();
		this.listener.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aReloadSaysGoawayAndServesStreamsUntilTheClientLeaves(boolean tls) throws Exception {
		connect(tls);
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(lastStream(this.client.next(Http2Client.GOAWAY))).isEqualTo(Integer.MAX_VALUE);
		// On its way when the client had not seen the GOAWAY yet.
		this.client.get(3, "/");
		assertThat(this.client.next(Http2Client.DATA)).asString().isEqualTo("a");
		assertThat(drained).isNotDone();
		this.client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aStopLetsActiveStreamsFinish(boolean tls) throws Exception {
		connect(tls);
		this.client.get(3, "/hold");
		await().until(() -> this.worker.held.get() == 1);
		CompletableFuture<Void> drained = drain(DrainReason.STOP);
		this.client.next(Http2Client.GOAWAY);
		assertThat(drained).isNotDone();
		this.worker.release.tryEmitEmpty();
		assertThat(this.client.next(Http2Client.DATA)).asString().isEqualTo("a");
		this.client.awaitEnd();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aStopClosesAConnectionWithoutStreams(boolean tls) throws Exception {
		connect(tls);
		CompletableFuture<Void> drained = drain(DrainReason.STOP);
		this.client.next(Http2Client.GOAWAY);
		this.client.awaitEnd();
		assertThat(drained).succeedsWithin(SOON);
	}

	private void connect(boolean tls) throws Exception {
		this.worker = ReactorNettyWorker.open("a", this.listener, (factory) -> {
			Http2 http2 = new Http2();
			http2.setEnabled(true);
			factory.setHttp2(http2);
			if (tls) {
				factory.setSsl(TestCertificates.ssl());
			}
		});
		this.client = Http2Client.connect(this.listener.localAddress(), tls);
		this.client.get(1, "/");
		assertThat(this.client.next(Http2Client.DATA)).asString().isEqualTo("a");
	}

	private CompletableFuture<Void> drain(DrainReason reason) {
		return this.worker.drain(reason).toCompletableFuture();
	}

	private static int lastStream(byte[] goaway) {
		return ByteBuffer.wrap(goaway).getInt();
	}

}
