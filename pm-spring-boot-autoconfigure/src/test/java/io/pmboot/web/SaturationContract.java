package io.pmboot.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.accept.Serving.HeldThread;
import io.pmboot.test.HttpConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * That a worker whose request threads are all busy leaves new connections to the others,
 * where the server has such threads.
 */
public abstract class SaturationContract extends ServerContract {

	private static final int THREADS = 4;

	private final List<HttpConnection> holding = new ArrayList<>();

	protected SaturationContract(ServerWorker.Factory workers) {
		super(workers);
	}

	@BeforeEach
	void limit() throws IOException {
		restart(ServerFeature.FOUR_THREADS);
	}

	@Test
	void aWorkerWithoutAFreeThreadLeavesConnectionsToTheOther() throws Exception {
		List<HttpConnection> connections = keepAliveConnections(THREADS);
		try (ServerWorker free = open("free", this.listener, ServerFeature.FOUR_THREADS)) {
			// On connections that it has already, while its acceptor waits in accept.
			hold(connections, "/hold");
			for (int i = 0; i < 400; i++) {
				assertThat(answeredBy()).isEqualTo("free");
			}
			await().until(() -> free.serving().served() == 400);
			this.worker.release();
			for (HttpConnection client : this.holding) {
				assertThat(client.receive().body()).isEqualTo("a");
			}
			await().until(() -> answeredBy().equals("a"));
		}
	}

	@Test
	void connectionsWaitForTheFirstThatIsFree() throws Exception {
		hold(keepAliveConnections(THREADS), "/hold");
		HttpConnection waiting = client();
		waiting.write(HttpConnection.request("/"));
		try (ServerWorker free = open("free", this.listener, ServerFeature.FOUR_THREADS)) {
			assertThat(waiting.receive().body()).isEqualTo("free");
			await().until(() -> free.serving().served() == 1);
		}
	}

	@Test
	void aRequestWithoutAThreadDoesNotCount() throws Exception {
		hold(keepAliveConnections(THREADS * 2), "/async");
		assertThat(client().get("/").body()).isEqualTo("a");
	}

	@Test
	void requestsThatHoldThreadsAreKnownAndHowManyMay() throws Exception {
		List<HttpConnection> connections = keepAliveConnections(THREADS + 1);
		connections.get(THREADS).write(HttpConnection.request("/async"));
		await().until(() -> this.worker.held() == 1);
		long before = System.nanoTime();
		for (HttpConnection connection : connections.subList(0, THREADS)) {
			connection.write(HttpConnection.request("/hold"));
		}
		await().until(() -> this.worker.held() == THREADS + 1);
		Serving serving = this.worker.serving();
		await().until(() -> serving.held().size() == THREADS);
		assertThat(serving.requestThreads()).isEqualTo(THREADS);
		assertThat(serving.held()).allSatisfy((held) -> {
			assertThat(held.since()).isBetween(before, System.nanoTime());
			assertThat(held.thread().getStackTrace())
				.anyMatch((frame) -> frame.getClassName().equals(TestServlet.class.getName()));
		}).extracting(HeldThread::thread).doesNotHaveDuplicates();
		this.worker.release();
		await().until(() -> serving.held().isEmpty());
	}

	@Test
	void silentConnectionsDoNotCountForLong() throws Exception {
		for (int i = 0; i < THREADS * 2; i++) {
			client();
		}
		assertThat(client().get("/").body()).isEqualTo("a");
	}

	@Test
	void virtualThreadsAreNeverAllBusy() throws Exception {
		restart(ServerFeature.VIRTUAL_THREADS);
		hold(keepAliveConnections(ServerFeature.isVirtual() ? THREADS * 2 : THREADS - 1), "/hold");
		assertThat(client().get("/").body()).isEqualTo("a");
	}

	@Test
	void aSaturatedWorkerDrains() throws Exception {
		hold(keepAliveConnections(THREADS), "/hold");
		var drained = drain(DrainReason.STOP);
		this.worker.release();
		for (HttpConnection client : this.holding) {
			assertThat(client.receive().body()).isEqualTo("a");
		}
		assertThat(drained).succeedsWithin(SOON);
	}

	private String answeredBy() throws IOException {
		try (HttpConnection client = HttpConnection.open(this.listener.localAddress())) {
			return client.get("/").body();
		}
	}

	private void hold(List<HttpConnection> connections, String path) throws IOException {
		for (HttpConnection connection : connections) {
			connection.write(HttpConnection.request(path));
			this.holding.add(connection);
		}
		await().until(() -> this.worker.held() == connections.size());
	}

	private List<HttpConnection> keepAliveConnections(int count) throws IOException {
		List<HttpConnection> connections = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			HttpConnection connection = client();
			connection.get("/");
			connections.add(connection);
		}
		return connections;
	}

}
