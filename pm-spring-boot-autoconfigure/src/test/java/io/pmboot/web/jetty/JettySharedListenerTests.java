package io.pmboot.web.jetty;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.DrainReason;
import io.pmboot.socket.SharedListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.web.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link JettySharedListenerCustomizer}: which worker gets which connection.
 */
@Timeout(60)
class JettySharedListenerTests {

	private SharedListener listener;

	private final List<AutoCloseable> closeables = new ArrayList<>();

	@BeforeEach
	void bind() throws IOException {
		this.listener = TestListeners.bind();
		this.closeables.add(this.listener);
	}

	@AfterEach
	void close() throws Exception {
		for (int i = this.closeables.size() - 1; i >= 0; i--) {
			this.closeables.get(i).close();
		}
	}

	@Test
	void connectionsAreSharedEvenly() throws Exception {
		worker("a").open();
		worker("b").open();
		Map<String, Integer> connections = new HashMap<>();
		for (int i = 0; i < 64; i++) {
			connections.merge(client().get("/").body(), 1, Integer::sum);
		}
		assertThat(connections).containsOnlyKeys("a", "b")
			.allSatisfy((name, count) -> assertThat(count).isBetween(16, 48));
	}

	@Test
	void nothingIsAcceptedBeforeTheWorkerIsOpened() throws Exception {
		JettyWorker worker = worker("a");
		JettyWorker other = worker("b");
		other.open();
		for (int i = 0; i < 20; i++) {
			assertThat(client().get("/").body()).isEqualTo("b");
		}
		RawClient waiting;
		other.drain(DrainReason.STOP).toCompletableFuture().join();
		waiting = client();
		waiting.send(RawClient.request("/"));
		assertThat(worker.connections()).isZero();
		worker.open();
		assertThat(waiting.read().body()).isEqualTo("a");
	}

	@Test
	void stoppingOneServerLeavesTheListenerToTheOther() throws Exception {
		JettyWorker worker = worker("a");
		worker.open();
		worker("b").open();
		worker.close();
		for (int i = 0; i < 20; i++) {
			assertThat(client().get("/").body()).isEqualTo("b");
		}
	}

	@Test
	void aServerThatIsStoppedAndStartedAgainAcceptsAgain() throws Exception {
		JettyWorker worker = worker("a");
		worker.open();
		assertThat(client().get("/").body()).isEqualTo("a");
		worker.server.stop();
		worker.server.start();
		assertThat(client().get("/").body()).isEqualTo("a");
	}

	@Test
	void severalListenersAreServedEvenOnTheSamePort() throws Exception {
		SharedListener samePort = TestListeners.bind("127.0.0.2", this.listener.localAddress().getPort());
		SharedListener otherPort = TestListeners.bind("::1", 0);
		this.closeables.addAll(List.of(samePort, otherPort));
		JettyWorker worker = worker("a", List.of(this.listener, samePort, otherPort));
		worker.open();
		for (SharedListener each : List.of(this.listener, samePort, otherPort)) {
			try (RawClient client = new RawClient(each.localAddress())) {
				assertThat(client.get("/port").body()).isEqualTo(String.valueOf(each.localAddress().getPort()));
			}
		}
		assertThat(worker.server.getPort()).isEqualTo(this.listener.localAddress().getPort());
		assertThat(worker.drain(DrainReason.STOP)).succeedsWithin(java.time.Duration.ofSeconds(10));
		// The master's sockets are still there.
		new Socket("::1", otherPort.localAddress().getPort()).close();
	}

	@Test
	void theLocalPortStaysKnownWhileNothingIsAccepted() throws Exception {
		JettyWorker worker = worker("a");
		assertThat(worker.server.getPort()).isEqualTo(this.listener.localAddress().getPort());
	}

	@Test
	void aWorkerWithoutListenersOpensNoPort() throws Exception {
		JettyWorker worker = worker("a", List.of());
		worker.open();
		assertThat(worker.server.getPort()).isEqualTo(-1);
		assertThat(worker.drain(DrainReason.STOP)).succeedsWithin(java.time.Duration.ofSeconds(10));
	}

	@Test
	void theMaximumNumberOfConnectionsHolds() throws Exception {
		JettyWorker worker = new JettyWorker("a", List.of(this.listener), (factory) -> factory.setMaxConnections(2));
		this.closeables.add(worker);
		worker.open();
		RawClient first = client();
		assertThat(first.get("/").body()).isEqualTo("a");
		assertThat(client().get("/").body()).isEqualTo("a");
		RawClient third = client();
		third.send(RawClient.request("/"));
		worker("b").open();
		assertThat(third.read().body()).isEqualTo("b");
		first.close();
		await().until(() -> client().get("/").body().equals("a"));
	}

	private JettyWorker worker(String name) throws IOException {
		return worker(name, List.of(this.listener));
	}

	private JettyWorker worker(String name, List<SharedListener> listeners) throws IOException {
		JettyWorker worker = new JettyWorker(name, listeners, (factory) -> {
		});
		this.closeables.add(worker);
		return worker;
	}

	private RawClient client() throws IOException {
		RawClient client = new RawClient(this.listener.localAddress());
		this.closeables.add(client);
		return client;
	}

}
