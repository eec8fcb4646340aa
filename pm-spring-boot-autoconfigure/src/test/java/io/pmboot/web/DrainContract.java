package io.pmboot.web;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What every server promises of a drain, seen on single connections.
 */
public abstract class DrainContract extends ServerContract {

	protected DrainContract(ServerWorker.Factory workers) {
		super(workers);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void endsAtOnceWithoutConnections(DrainReason reason) {
		assertThat(drain(reason)).succeedsWithin(SOON);
	}

	@Test
	void endsAtOnceWhereTheWorkerWasNeverOpened() throws Exception {
		try (ServerWorker unopened = start("b", List.of(this.listener))) {
			assertThat(unopened.drain(DrainReason.STOP)).succeedsWithin(SOON);
		}
	}

	@Test
	void aReloadAwaitsIdleConnectionsAndMakesTheirNextResponseTheLast() throws Exception {
		RawClient idle = client();
		assertThat(idle.get("/").isLast()).isFalse();
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(drained).isNotDone();
		assertThat(idle.get("/").isLast()).isTrue();
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aReloadLetsIdleConnectionsEndByTheirOwnTimeOut() throws Exception {
		restart(ServerFeature.SHORT_IDLE_TIME_OUT);
		RawClient idle = client();
		idle.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(drained).isNotDone();
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aStopClosesIdleConnectionsAtOnce() throws Exception {
		// Accepted before the one that has been answered.
		RawClient silent = client();
		RawClient idle = client();
		idle.get("/");
		assertThat(drain(DrainReason.STOP)).succeedsWithin(SOON);
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(silent.isAtEnd()).isTrue();
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
	void aRequestInFlightIsAnsweredAndItsResponseIsTheLast(DrainReason reason) throws Exception {
		RawClient client = client();
		client.get("/");
		client.send(RawClient.request("/hold"));
		await().until(() -> this.worker.held() == 1);
		assertThat(this.worker.serving().inFlight()).isOne();
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		this.worker.release();
		RawClient.Response response = client.read();
		assertThat(response.body()).isEqualTo("a");
		assertThat(response.isLast()).isTrue();
		assertThat(client.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
		assertThat(this.worker.serving().inFlight()).isZero();
		assertThat(this.worker.serving().served()).isEqualTo(2);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void anAsynchronousRequestInFlightIsAnswered(DrainReason reason) throws Exception {
		RawClient client = client();
		client.send(RawClient.request("/async"));
		await().until(() -> this.worker.held() == 1);
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		this.worker.release();
		assertThat(client.read().body()).isEqualTo("a");
		assertThat(client.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(names = { "RELOAD", "SCALED_DOWN" })
	void aRequestLineThatIsHalfReceivedIsAnswered(DrainReason reason) throws Exception {
		assertHalfALineIsAnswered(reason);
	}

	/** Not every server sees in a stop what it has not read. */
	protected final void assertHalfALineIsAnswered(DrainReason reason) throws Exception {
		RawClient line = client();
		line.send("GET / HT");
		client().get("/");
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		line.send("TP/1.1\r\nHost: localhost\r\n\r\n");
		assertThat(line.read().body()).isEqualTo("a");
		this.worker.hasten(DrainReason.STOP);
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aRequestThatIsHalfReceivedIsAnswered(DrainReason reason) throws Exception {
		RawClient headers = client();
		RawClient body = client();
		headers.get("/");
		headers.send("GET / HTTP/1.1\r\nHo");
		body.send("POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");
		await().until(() -> this.worker.serving().inFlight() == 1);
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		headers.send("st: localhost\r\n\r\n");
		body.send("56789");
		assertThat(headers.read().body()).isEqualTo("a");
		assertThat(body.read().body()).isEqualTo("0123456789");
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(names = { "RELOAD", "SCALED_DOWN" })
	void pipelinedRequestsThatADrainMeetsAreAllAnswered(DrainReason reason) throws Exception {
		assertPipelinedRequestsAreAnswered(reason);
	}

	/** Not every server does so where the worker stops. */
	protected final void assertPipelinedRequestsAreAnswered(DrainReason reason) throws Exception {
		RawClient client = client();
		client.send(RawClient.request("/hold") + RawClient.request("/") + RawClient.request("/"));
		await().until(() -> this.worker.held() == 1);
		CompletableFuture<Void> drained = drain(reason);
		this.worker.release();
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

	@Test
	void pipelinedRequestsOverTlsAreAllAnswered() throws Exception {
		restart(ServerFeature.TLS);
		RawClient client = closing(
				RawClient.overTls(this.listener.localAddress(), TestCertificates.trusting().getSocketFactory()));
		assertThat(client.get("/").isLast()).isFalse();
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		client.send(RawClient.request("/") + RawClient.request("/"));
		assertThat(client.read().isLast()).isFalse();
		assertThat(client.read().isLast()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void theWorkersOwnRequestsAreServedAndNotCounted(@TempDir Path folder) throws Exception {
		Path socket = folder.resolve("private");
		Closeable open = this.worker.privateConnector().open(socket);
		try (RawClient client = new RawClient(socket)) {
			assertThat(client.get("/").body()).isEqualTo("a");
			assertThat(client.get("/").body()).isEqualTo("a");
		}
		finally {
			open.close();
		}
		assertThat(socket).doesNotExist();
		assertThat(this.worker.serving().served()).isZero();
		client().get("/");
		await().until(() -> this.worker.serving().served() == 1);
		assertThat(drain(DrainReason.STOP)).succeedsWithin(SOON);
	}

}
