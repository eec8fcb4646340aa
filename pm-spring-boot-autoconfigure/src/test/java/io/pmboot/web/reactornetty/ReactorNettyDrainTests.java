package io.pmboot.web.reactornetty;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.SharedListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.web.RawClient;
import io.pmboot.web.TestCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SharedServer} on single connections.
 */
@Timeout(60)
class ReactorNettyDrainTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private SharedListener listener;

	private ReactorNettyWorker worker;

	private final List<AutoCloseable> clients = new ArrayList<>();

	@BeforeEach
	void start() throws IOException {
		this.listener = TestListeners.bind();
		this.worker = ReactorNettyWorker.open("a", this.listener, (factory) -> {
		});
	}

	@AfterEach
	void stop() throws Exception {
		this.worker.release.tryEmitEmpty();
		for (AutoCloseable client : this.clients) {
			client.close();
		}
		this.worker.close();
		this.listener.close();
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void endsAtOnceWithoutConnections(DrainReason reason) {
		assertThat(drain(reason)).succeedsWithin(SOON);
	}

	@Test
	void servesOnEveryOfManyListeners() throws Exception {
		List<SharedListener> many = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			many.add(TestListeners.bind());
		}
		try (ReactorNettyWorker other = new ReactorNettyWorker("b", many, (factory) -> {
		})) {
			other.activate();
			for (SharedListener each : many) {
				try (RawClient client = new RawClient(each.localAddress())) {
					assertThat(client.get("/").body()).isEqualTo("b");
				}
			}
		}
		finally {
			for (SharedListener each : many) {
				each.close();
			}
		}
	}

	@Test
	void acceptsNothingMore() throws Exception {
		client().get("/");
		drain(DrainReason.RELOAD);
		this.listener.close();
		await()
			.untilAsserted(() -> assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> client().get("/")));
	}

	@Test
	void nothingIsAcceptedBeforeTheWorkerIsActivated() throws Exception {
		this.worker.close();
		this.worker = new ReactorNettyWorker("b", List.of(this.listener), (factory) -> {
		});
		RawClient client = client();
		client.send(RawClient.request("/"));
		try (ReactorNettyWorker other = ReactorNettyWorker.open("c", this.listener, (factory) -> {
		})) {
			assertThat(client.read().body()).isEqualTo("c");
			await().until(() -> other.traffic.served() == 1);
		}
		assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
	}

	@Test
	void aReloadAwaitsIdleConnectionsAndMakesTheirNextResponseTheLast() throws Exception {
		RawClient client = client();
		assertThat(client.get("/").isLast()).isFalse();
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(drained).isNotDone();
		RawClient.Response response = client.get("/");
		assertThat(response.body()).isEqualTo("a");
		assertThat(response.isLast()).isTrue();
		assertThat(client.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aStopClosesIdleConnectionsAtOnceAlsoInAReload() throws Exception {
		RawClient client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(drained).isNotDone();
		this.worker.hasten(DrainReason.STOP);
		assertThat(client.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aRequestInFlightIsAnsweredAndItsResponseIsTheLast(DrainReason reason) throws Exception {
		RawClient client = client();
		client.send(RawClient.request("/hold"));
		await().until(() -> this.worker.held.get() == 1);
		assertThat(this.worker.traffic.inFlight()).isOne();
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		this.worker.release.tryEmitEmpty();
		RawClient.Response response = client.read();
		assertThat(response.body()).isEqualTo("a");
		assertThat(response.isLast()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
		assertThat(this.worker.traffic.inFlight()).isZero();
		assertThat(this.worker.traffic.served()).isOne();
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aRequestThatIsHalfReceivedIsAnswered(DrainReason reason) throws Exception {
		RawClient headers = client();
		RawClient body = client();
		headers.get("/");
		headers.send("GET / HTTP/1.1\r\nHo");
		body.send("POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");
		await().until(() -> this.worker.traffic.inFlight() == 1);
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		headers.send("st: localhost\r\n\r\n");
		body.send("56789");
		assertThat(headers.read().body()).isEqualTo("a");
		assertThat(body.read().body()).isEqualTo("0123456789");
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void pipelinedRequestsThatADrainMeetsAreAllAnswered(DrainReason reason) throws Exception {
		RawClient client = client();
		client.send(RawClient.request("/hold") + RawClient.request("/") + RawClient.request("/"));
		await().until(() -> this.worker.held.get() == 1);
		CompletableFuture<Void> drained = drain(reason);
		this.worker.release.tryEmitEmpty();
		assertThat(client.read().isLast()).isFalse();
		assertThat(client.read().isLast()).isFalse();
		assertThat(client.read().isLast()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void pipelinedRequestsThatComeInADrainAreAllAnswered() throws Exception {
		RawClient client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		client.send("POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n012" + RawClient.request("/"));
		RawClient.Response first = client.read();
		assertThat(first.body()).isEqualTo("012");
		assertThat(first.isLast()).isFalse();
		assertThat(client.read().isLast()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aDrainEndsEventStreamsBetweenTwoEvents(DrainReason reason) throws Exception {
		RawClient client = client();
		client.send(RawClient.request("/events"));
		assertThat(client.readHead()).isEqualTo(200);
		StringBuilder events = new StringBuilder(client.readChunk());
		CompletableFuture<Void> drained = drain(reason);
		for (String chunk = client.readChunk(); !chunk.isEmpty(); chunk = client.readChunk()) {
			events.append(chunk);
		}
		int last = events.toString().split("\n\n").length - 1;
		assertThat(events.toString()).endsWith("data:" + last + "\n\n");
		assertThat(this.worker.cancelled).hasValue(1);
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aDrainSaysGoodbyeToWebSockets(DrainReason reason) throws Exception {
		RawClient client = socket(client());
		CompletableFuture<Void> drained = drain(reason);
		assertGoodbye(client);
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aWebSocketThatBeginsInAReloadIsToldAsWell() throws Exception {
		RawClient client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertGoodbye(socket(client));
		assertThat(drained).succeedsWithin(SOON);
	}

	private static RawClient socket(RawClient client) throws IOException {
		client.send("GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
				+ "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
		assertThat(client.readHead()).isEqualTo(101);
		return client;
	}

	private static void assertGoodbye(RawClient client) throws IOException {
		// RFC 6455, 5.5.1: a close frame, whose first two bytes of payload are the
		// status.
		byte[] frame = client.read(4);
		assertThat(frame[0]).isEqualTo((byte) 0x88);
		assertThat((frame[2] & 0xff) << 8 | frame[3] & 0xff).isEqualTo(1001);
	}

	@Test
	void theWorkersOwnRequestsAreServedAndNotCounted(@TempDir Path folder) throws Exception {
		Path socket = folder.resolve("private");
		Closeable open = this.worker.privateConnector.open(socket);
		try (RawClient client = new RawClient(socket)) {
			assertThat(client.get("/").body()).isEqualTo("a");
			assertThat(client.get("/").body()).isEqualTo("a");
		}
		finally {
			open.close();
		}
		assertThat(socket).doesNotExist();
		assertThat(this.worker.traffic.served()).isZero();
		client().get("/");
		await().until(() -> this.worker.traffic.served() == 1);
		assertThat(drain(DrainReason.STOP)).succeedsWithin(SOON);
	}

	@Test
	void aClientThatIsGoneIsNotAwaited() throws Exception {
		RawClient client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void unixSocketsAndPortsAreServedByOneServer(@TempDir Path folder) throws Exception {
		Path path = folder.resolve("web.sock");
		this.worker.close();
		try (BoundListener socket = TestListeners.bind(path)) {
			this.worker = new ReactorNettyWorker("b", List.of(socket, this.listener), (factory) -> {
			});
			assertThat(this.worker.server.getPort()).isEqualTo(this.listener.localAddress().getPort());
			this.worker.activate();
			RawClient client = new RawClient(path);
			this.clients.add(client);
			assertThat(client.get("/").body()).isEqualTo("b");
			assertThat(client().get("/").body()).isEqualTo("b");
			CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
			assertThat(client.get("/").isLast()).isTrue();
			this.worker.hasten(DrainReason.STOP);
			assertThat(drained).succeedsWithin(SOON);
		}
	}

	@Test
	void aWorkerWithoutListenersOpensNoPort() throws Exception {
		this.worker.close();
		this.worker = new ReactorNettyWorker("b", List.of(), (factory) -> {
		});
		assertThat(this.worker.server.getPort()).isZero();
		assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
	}

	@Test
	void tlsIsInForceOnSharedListeners() throws Exception {
		this.worker.close();
		this.worker = ReactorNettyWorker.open("b", this.listener, (factory) -> factory.setSsl(TestCertificates.ssl()));
		RawClient client = RawClient.overTls(this.listener.localAddress(),
				TestCertificates.trusting().getSocketFactory());
		this.clients.add(client);
		assertThat(client.get("/").isLast()).isFalse();
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		client.send(RawClient.request("/") + RawClient.request("/"));
		assertThat(client.read().isLast()).isFalse();
		assertThat(client.read().isLast()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	private CompletableFuture<Void> drain(DrainReason reason) {
		return this.worker.drain(reason).toCompletableFuture();
	}

	private RawClient client() throws IOException {
		RawClient client = new RawClient(this.listener.localAddress());
		this.clients.add(client);
		return client;
	}

}
