package io.pmboot.web.jetty;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
 * Tests that a worker whose request threads are all busy leaves new connections to the
 * others.
 */
@Timeout(60)
class JettySaturationTests {

	private static final int THREADS = 4;

	private SharedListener listener;

	private final List<AutoCloseable> closeables = new ArrayList<>();

	private final List<RawClient> holding = new ArrayList<>();

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
	void aWorkerWithoutAFreeThreadLeavesConnectionsToTheOther() throws Exception {
		JettyWorker busy = worker("busy");
		List<RawClient> connections = keepAliveConnections(THREADS);
		worker("free");
		// On connections that it has already, while its acceptor waits in accept.
		hold(busy, connections, "/hold");
		for (int i = 0; i < 400; i++) {
			try (RawClient client = client()) {
				assertThat(client.get("/").body()).isEqualTo("free");
			}
		}
		assertThat(busy.connections()).isEqualTo(THREADS);
		busy.servlet.release.countDown();
		for (RawClient client : this.holding) {
			assertThat(client.read().body()).isEqualTo("busy");
		}
		await().until(() -> {
			try (RawClient client = client()) {
				return client.get("/").body().equals("busy");
			}
		});
	}

	@Test
	void connectionsWaitForTheFirstThatIsFree() throws Exception {
		JettyWorker busy = worker("busy");
		hold(busy, keepAliveConnections(THREADS), "/hold");
		RawClient waiting = client();
		waiting.send(RawClient.request("/"));
		assertThat(busy.connections()).isEqualTo(THREADS);
		worker("free");
		assertThat(waiting.read().body()).isEqualTo("free");
		busy.servlet.release.countDown();
	}

	@Test
	void aRequestWithoutAThreadDoesNotCount() throws Exception {
		JettyWorker worker = worker("a");
		hold(worker, keepAliveConnections(THREADS * 2), "/async");
		assertThat(client().get("/").body()).isEqualTo("a");
		worker.servlet.release.countDown();
	}

	@Test
	void silentConnectionsDoNotCountForLong() throws Exception {
		worker("a");
		for (int i = 0; i < THREADS * 2; i++) {
			client();
		}
		assertThat(client().get("/").body()).isEqualTo("a");
	}

	@Test
	void aSaturatedWorkerDrains() throws Exception {
		JettyWorker busy = worker("busy");
		hold(busy, keepAliveConnections(THREADS), "/hold");
		var drained = busy.drain(DrainReason.STOP);
		busy.servlet.release.countDown();
		for (RawClient client : this.holding) {
			assertThat(client.read().body()).isEqualTo("busy");
		}
		assertThat(drained).succeedsWithin(Duration.ofSeconds(10));
	}

	private static boolean isVirtual() {
		return Runtime.version().feature() >= 21;
	}

	private void hold(JettyWorker worker, List<RawClient> connections, String path) throws IOException {
		for (RawClient connection : connections) {
			connection.send(RawClient.request(path));
			this.holding.add(connection);
		}
		await().until(() -> worker.servlet.held.get() == connections.size());
	}

	private List<RawClient> keepAliveConnections(int count) throws IOException {
		List<RawClient> connections = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			RawClient connection = client();
			connection.get("/");
			connections.add(connection);
		}
		return connections;
	}

	private JettyWorker worker(String name) throws IOException {
		JettyWorker worker = JettyWorker.open(name, this.listener, JettyWorker.threads(THREADS));
		this.closeables.add(worker);
		return worker;
	}

	private RawClient client() throws IOException {
		RawClient client = new RawClient(this.listener.localAddress());
		this.closeables.add(client);
		return client;
	}

}
