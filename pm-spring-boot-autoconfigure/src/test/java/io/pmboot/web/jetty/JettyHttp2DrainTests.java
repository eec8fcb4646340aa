package io.pmboot.web.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.socket.SharedListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.web.Http2Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.web.server.Http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SharedServerConnector} with HTTP/2.
 */
@Timeout(60)
class JettyHttp2DrainTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private SharedListener listener;

	private JettyWorker worker;

	private Http2Client client;

	@BeforeEach
	void bind() throws IOException {
		this.listener = TestListeners.bind();
	}

	@AfterEach
	void stop() throws Exception {
		this.worker.servlet.release.countDown();
		this.client.close();
		this.worker.close();
		this.listener.close();
	}

	@Test
	void aReloadSaysGoawayAndLetsActiveStreamsFinish() throws Exception {
		connect();
		this.client.get(3, "/hold");
		await().until(() -> this.worker.servlet.held.get() == 1);
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(lastStream(this.client.next(Http2Client.GOAWAY))).isEqualTo(Integer.MAX_VALUE);
		assertThat(drained).isNotDone();
		this.worker.servlet.release.countDown();
		assertThat(this.client.next(Http2Client.DATA)).asString().isEqualTo("a");
		this.client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aReloadServesWhatAnIdleConnectionSendsBehindTheFirstGoaway() throws Exception {
		connect();
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(lastStream(this.client.next(Http2Client.GOAWAY))).isEqualTo(Integer.MAX_VALUE);
		this.client.get(3, "/");
		assertThat(this.client.next(Http2Client.DATA)).asString().isEqualTo("a");
		assertThat(drained).isNotDone();
		this.client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aReloadEndsAnIdleConnectionInTheEnd() throws Exception {
		connect();
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(lastStream(this.client.next(Http2Client.GOAWAY))).isEqualTo(Integer.MAX_VALUE);
		this.worker.hasten(DrainReason.STOP);
		byte[] next = this.client.next(Http2Client.GOAWAY);
		if (lastStream(next) == Integer.MAX_VALUE) {
			next = this.client.next(Http2Client.GOAWAY);
		}
		assertThat(lastStream(next)).isOne();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aStopLetsActiveStreamsFinish() throws Exception {
		connect();
		this.client.get(3, "/hold");
		await().until(() -> this.worker.servlet.held.get() == 1);
		CompletableFuture<Void> drained = drain(DrainReason.STOP);
		this.client.next(Http2Client.GOAWAY);
		assertThat(drained).isNotDone();
		this.worker.servlet.release.countDown();
		assertThat(this.client.next(Http2Client.DATA)).asString().isEqualTo("a");
		this.client.awaitEnd();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aStopClosesAConnectionWithoutStreams() throws Exception {
		connect();
		CompletableFuture<Void> drained = drain(DrainReason.STOP);
		this.client.next(Http2Client.GOAWAY);
		this.client.awaitEnd();
		assertThat(drained).succeedsWithin(SOON);
	}

	private void connect() throws Exception {
		this.worker = JettyWorker.open("a", this.listener, (factory) -> {
			Http2 http2 = new Http2();
			http2.setEnabled(true);
			factory.setHttp2(http2);
		});
		this.client = Http2Client.connect(this.listener.localAddress(), false);
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
