package io.pmboot.web.tomcat;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.pmboot.DrainReason;
import io.pmboot.socket.SharedListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.web.RawClient;
import jakarta.servlet.ServletContext;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import org.apache.tomcat.websocket.server.WsSci;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SharedHttp11NioProtocol} on single connections.
 */
@Timeout(60)
class TomcatDrainTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private SharedListener listener;

	private TomcatWorker worker;

	private final List<AutoCloseable> clients = new ArrayList<>();

	@BeforeEach
	void start() throws IOException {
		this.listener = TestListeners.bind();
		this.worker = TomcatWorker.open("a", this.listener);
	}

	@AfterEach
	void stop() throws Exception {
		this.worker.servlet.release.countDown();
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
	void endsAtOnceWhereTheWorkerWasNeverOpened() throws Exception {
		try (TomcatWorker unopened = new TomcatWorker("b", List.of(this.listener), (factory) -> {
		})) {
			assertThat(unopened.drain(DrainReason.STOP)).succeedsWithin(SOON);
		}
	}

	@Test
	void acceptsNothingMore() throws Exception {
		// Ends when no acceptor is in accept any more: until then one may take the
		// client.
		assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
		RawClient waiting = client();
		waiting.send(RawClient.request("/"));
		try (TomcatWorker successor = TomcatWorker.open("b", this.listener)) {
			assertThat(waiting.read().body()).isEqualTo("b");
			assertThat(successor.connections()).isOne();
		}
	}

	@Test
	void closesTheListenerInThisProcess() throws Exception {
		assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
		this.listener.close();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(this::client);
	}

	@Test
	void aReloadAwaitsIdleConnectionsAndMakesTheirNextResponseTheLast() throws Exception {
		RawClient idle = client();
		assertThat(idle.get("/").isLast()).isFalse();
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(idle.get("/").isLast()).isTrue();
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aReloadLetsIdleConnectionsEndByTheirOwnTimeOut() throws Exception {
		restart((factory) -> factory
			.addConnectorCustomizers((connector) -> connector.setProperty("keepAliveTimeout", "2000")));
		RawClient idle = client();
		idle.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(drained).isNotDone();
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aStopClosesIdleConnectionsAtOnce() throws Exception {
		RawClient idle = client();
		idle.get("/");
		RawClient silent = client();
		await().until(() -> this.worker.connections() == 2);
		assertThat(drain(DrainReason.STOP)).succeedsWithin(SOON);
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(silent.isAtEnd()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aRequestInFlightIsAnsweredAndItsResponseIsTheLast(DrainReason reason) throws Exception {
		RawClient client = client();
		client.get("/");
		client.send(RawClient.request("/hold"));
		await().until(() -> this.worker.servlet.held.get() == 1);
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		this.worker.servlet.release.countDown();
		RawClient.Response response = client.read();
		assertThat(response.body()).isEqualTo("a");
		assertThat(response.isLast()).isTrue();
		assertThat(client.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void anAsynchronousRequestInFlightIsAnswered(DrainReason reason) throws Exception {
		RawClient client = client();
		client.send(RawClient.request("/async"));
		await().until(() -> this.worker.servlet.held.get() == 1);
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		this.worker.servlet.release.countDown();
		assertThat(client.read().body()).isEqualTo("a");
		assertThat(client.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aRequestThatIsHalfReceivedIsAnswered(DrainReason reason) throws Exception {
		RawClient line = client();
		RawClient headers = client();
		RawClient body = client();
		line.send("GET / HT");
		headers.get("/");
		headers.send("GET / HTTP/1.1\r\nHo");
		body.send("POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");
		await().until(() -> this.worker.servlet.requests.get() == 2);
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		line.send("TP/1.1\r\nHost: localhost\r\n\r\n");
		headers.send("st: localhost\r\n\r\n");
		body.send("56789");
		assertThat(line.read().body()).isEqualTo("a");
		assertThat(headers.read().body()).isEqualTo("a");
		assertThat(body.read().body()).isEqualTo("0123456789");
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void pipelinedRequestsThatADrainMeetsAreAllAnswered(DrainReason reason) throws Exception {
		RawClient client = client();
		client.send(RawClient.request("/hold") + RawClient.request("/") + RawClient.request("/"));
		await().until(() -> this.worker.servlet.held.get() == 1);
		CompletableFuture<Void> drained = drain(reason);
		this.worker.servlet.release.countDown();
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
	void aDrainSaysGoodbyeToWebSockets(DrainReason reason) throws Exception {
		restartWithSocket();
		RawClient client = socket(client());
		CompletableFuture<Void> drained = drain(reason);
		assertGoodbye(client);
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aWebSocketThatBeginsInAReloadIsToldAsWell() throws Exception {
		restartWithSocket();
		RawClient client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertGoodbye(socket(client));
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aWebSocketWhoseClientDoesNotAnswerIsNotAwaitedForLong() throws Exception {
		restartWithSocket();
		RawClient silent = socket(client(), "/impatient");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(closeStatus(silent)).isEqualTo(1001);
		assertThat(drained).succeedsWithin(SOON);
		assertThat(silent.isAtEnd()).isTrue();
	}

	private void restartWithSocket() throws Exception {
		restart((factory) -> factory.addContextCustomizers((context) -> {
			context.addServletContainerInitializer(new WsSci(), Set.of());
			context.addServletContainerInitializer(this::addSocket, Set.of());
		}));
	}

	// Not the JDK's client: it may report the end of the stream in place of the frame
	// before it.
	private static RawClient socket(RawClient client) throws IOException {
		return socket(client, "/socket");
	}

	private static RawClient socket(RawClient client, String path) throws IOException {
		client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
				+ "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
		assertThat(client.readHead()).isEqualTo(101);
		return client;
	}

	private static void assertGoodbye(RawClient client) throws IOException {
		assertThat(closeStatus(client)).isEqualTo(1001);
		// The answer, masked with zeros.
		client.send("\u0088\u0082\0\0\0\0\u0003\u00e9");
	}

	private static int closeStatus(RawClient client) throws IOException {
		// RFC 6455, 5.5.1: a close frame, whose first two bytes of payload are the
		// status; the others say the reason.
		byte[] frame = client.read(4);
		assertThat(frame[0]).isEqualTo((byte) 0x88);
		client.read(frame[1] - 2);
		return (frame[2] & 0xff) << 8 | frame[3] & 0xff;
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
		int count = events.toString().split("\n\n").length;
		assertThat(events.toString()).endsWith("data:" + count + "\n\n");
		assertThat(this.worker.servlet.gone.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void anEventStreamThatBeginsInAReloadEndsAsWell() throws Exception {
		RawClient client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		client.send(RawClient.request("/events"));
		assertThat(client.readHead()).isEqualTo(200);
		while (!client.readChunk().isEmpty()) {
			// An event.
		}
		assertThat(drained).succeedsWithin(SOON);
	}

	private void addSocket(Set<Class<?>> classes, ServletContext context) {
		ServerContainer container = (ServerContainer) context.getAttribute(ServerContainer.class.getName());
		try {
			container.addEndpoint(ServerEndpointConfig.Builder.create(TestSocket.class, "/socket").build());
			container.addEndpoint(ServerEndpointConfig.Builder.create(ImpatientSocket.class, "/impatient").build());
		}
		catch (DeploymentException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aClientThatIsGoneIsNotAwaited() throws Exception {
		RawClient client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void tomcatsOwnStopDoesNotTouchTheSharedListenerAfterwards(DrainReason reason) throws Exception {
		try (TomcatWorker other = TomcatWorker.open("b", this.listener)) {
			assertThat(drain(reason)).succeedsWithin(SOON);
			RawClient client = client();
			assertThat(client.get("/").body()).isEqualTo("b");
			this.worker.close();
			assertThat(client.get("/").isLast()).isFalse();
			assertThat(client().get("/").body()).isEqualTo("b");
			assertThat(other.connections()).isEqualTo(2);
		}
	}

	@Test
	void aStopDuringAReloadAwaitsIdleConnectionsNoLonger() throws Exception {
		RawClient idle = client();
		idle.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(drained).isNotDone();
		this.worker.hasten(DrainReason.STOP);
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	private CompletableFuture<Void> drain(DrainReason reason) {
		return this.worker.drain(reason).toCompletableFuture();
	}

	private void restart(Consumer<TomcatServletWebServerFactory> settings) throws IOException {
		this.worker.close();
		this.worker = TomcatWorker.open("a", this.listener, settings);
	}

	private RawClient client() throws IOException {
		RawClient client = new RawClient(this.listener.localAddress());
		this.clients.add(client);
		return client;
	}

	public static class TestSocket extends Endpoint {

		@Override
		public void onOpen(Session session, EndpointConfig config) {
		}

	}

	/** Waits for the answer to a close for a second, where Tomcat waits for 30. */
	public static class ImpatientSocket extends Endpoint {

		@Override
		public void onOpen(Session session, EndpointConfig config) {
			session.getUserProperties().put("org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT", 1000L);
		}

	}

}
