package io.pmboot.web;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.test.HttpConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How every server ends connections that do not end by themselves.
 */
public abstract class LongConnectionContract extends ServerContract {

	protected LongConnectionContract(ServerWorker.Factory workers) {
		super(workers);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aDrainEndsEventStreamsBetweenTwoEvents(DrainReason reason) throws Exception {
		HttpConnection client = client();
		client.write(HttpConnection.request("/events"));
		assertThat(client.receiveHead().status()).isEqualTo(200);
		StringBuilder events = new StringBuilder(client.receiveChunk());
		CompletableFuture<Void> drained = drain(reason);
		for (String chunk = client.receiveChunk(); !chunk.isEmpty(); chunk = client.receiveChunk()) {
			events.append(chunk);
		}
		assertThat(events).endsWith("\n\n");
		String[] each = events.toString().split("\n\n");
		int first = Integer.parseInt(each[0].substring("data:".length()));
		assertThat(each[each.length - 1]).isEqualTo("data:" + (first + each.length - 1));
		this.worker.awaitEndOfEvents();
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void anEventStreamThatBeginsInAReloadEndsAsWell() throws Exception {
		HttpConnection client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		client.write(HttpConnection.request("/events"));
		// Perhaps before its first event.
		assertThat(client.receive().status()).isEqualTo(200);
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aDrainSaysGoodbyeToWebSockets(DrainReason reason) throws Exception {
		restart(ServerFeature.WEB_SOCKETS);
		assertGoodbye(reason, "/socket");
	}

	/** A server may have more than one way to a WebSocket. */
	protected final void assertGoodbye(DrainReason reason, String path) throws Exception {
		HttpConnection client = socket(client(), path);
		CompletableFuture<Void> drained = drain(reason);
		assertThat(closeStatus(client)).isEqualTo(1001);
		answer(client);
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aWebSocketThatBeginsInAReloadIsToldAsWell() throws Exception {
		restart(ServerFeature.WEB_SOCKETS);
		HttpConnection client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(closeStatus(socket(client, "/socket"))).isEqualTo(1001);
		answer(client);
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aWebSocketWhoseClientDoesNotAnswerIsNotAwaitedForLong() throws Exception {
		restart(ServerFeature.WEB_SOCKETS);
		assertSilentClientIsNotAwaited("/socket");
	}

	protected final void assertIsTold(String path) throws Exception {
		HttpConnection client = socket(client(), path);
		assertThat(closeStatus(client)).isEqualTo(1001);
		answer(client);
	}

	protected final void assertSilentClientIsNotAwaited(String path) throws Exception {
		HttpConnection silent = socket(client(), path);
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(closeStatus(silent)).isEqualTo(1001);
		assertThat(drained).succeedsWithin(SOON);
		assertThat(silent.isAtEnd()).isTrue();
	}

	// Not the JDK's client: it may report the end of the stream in place of the frame
	// before it.
	private static HttpConnection socket(HttpConnection client, String path) throws IOException {
		client.write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
				+ "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
		assertThat(client.receiveHead().status()).isEqualTo(101);
		return client;
	}

	private static int closeStatus(HttpConnection client) throws IOException {
		// RFC 6455, 5.5.1: a close frame, whose first two bytes of payload are the
		// status; the others say the reason.
		byte[] frame = client.receive(4);
		assertThat(frame[0]).isEqualTo((byte) 0x88);
		client.receive(frame[1] - 2);
		return (frame[2] & 0xff) << 8 | frame[3] & 0xff;
	}

	// Masked with zeros.
	private static void answer(HttpConnection client) throws IOException {
		client.write(new byte[] { (byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xe9 });
	}

}
