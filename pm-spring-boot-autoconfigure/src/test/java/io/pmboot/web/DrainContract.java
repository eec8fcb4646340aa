package io.pmboot.web;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
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
		HttpConnection idle = client();
		assertThat(idle.get("/").closes()).isFalse();
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(drained).isNotDone();
		assertThat(idle.get("/").closes()).isTrue();
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aReloadLetsIdleConnectionsEndByTheirOwnTimeOut() throws Exception {
		restart(ServerFeature.SHORT_IDLE_TIME_OUT);
		HttpConnection idle = client();
		idle.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(drained).isNotDone();
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aStopClosesIdleConnectionsAtOnce() throws Exception {
		// Accepted before the one that has been answered.
		HttpConnection silent = client();
		HttpConnection idle = client();
		idle.get("/");
		assertThat(drain(DrainReason.STOP)).succeedsWithin(SOON);
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(silent.isAtEnd()).isTrue();
	}

	@Test
	void aStopDuringAReloadAwaitsIdleConnectionsNoLonger() throws Exception {
		HttpConnection idle = client();
		idle.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(drained).isNotDone();
		this.worker.hasten(DrainReason.STOP);
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aClientThatIsGoneIsNotAwaited() throws Exception {
		HttpConnection client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aRequestInFlightIsAnsweredAndItsResponseIsTheLast(DrainReason reason) throws Exception {
		HttpConnection client = client();
		client.get("/");
		client.write(HttpConnection.request("/hold"));
		await().until(() -> this.worker.held() == 1);
		assertThat(this.worker.serving().inFlight()).isOne();
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		this.worker.release();
		HttpAnswer response = client.receive();
		assertThat(response.body()).isEqualTo("a");
		assertThat(response.closes()).isTrue();
		assertThat(client.isAtEnd()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
		assertThat(this.worker.serving().inFlight()).isZero();
		assertThat(this.worker.serving().served()).isEqualTo(2);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void anAsynchronousRequestInFlightIsAnswered(DrainReason reason) throws Exception {
		HttpConnection client = client();
		client.write(HttpConnection.request("/async"));
		await().until(() -> this.worker.held() == 1);
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		this.worker.release();
		assertThat(client.receive().body()).isEqualTo("a");
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
		HttpConnection line = client();
		line.write("GET / HT");
		client().get("/");
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		line.write("TP/1.1\r\nHost: localhost\r\n\r\n");
		assertThat(line.receive().body()).isEqualTo("a");
		this.worker.hasten(DrainReason.STOP);
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aRequestThatIsHalfReceivedIsAnswered(DrainReason reason) throws Exception {
		HttpConnection headers = client();
		HttpConnection body = client();
		headers.get("/");
		headers.write("GET / HTTP/1.1\r\nHo");
		body.write("POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");
		await().until(() -> this.worker.serving().inFlight() == 1);
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		headers.write("st: localhost\r\n\r\n");
		body.write("56789");
		assertThat(headers.receive().body()).isEqualTo("a");
		assertThat(body.receive().body()).isEqualTo("0123456789");
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(names = { "RELOAD", "SCALED_DOWN" })
	void pipelinedRequestsThatADrainMeetsAreAllAnswered(DrainReason reason) throws Exception {
		assertPipelinedRequestsAreAnswered(reason);
	}

	/** Not every server does so where the worker stops. */
	protected final void assertPipelinedRequestsAreAnswered(DrainReason reason) throws Exception {
		HttpConnection client = client();
		client.write(HttpConnection.request("/hold") + HttpConnection.request("/") + HttpConnection.request("/"));
		await().until(() -> this.worker.held() == 1);
		CompletableFuture<Void> drained = drain(reason);
		this.worker.release();
		assertThat(client.receive().closes()).isFalse();
		assertThat(client.receive().closes()).isFalse();
		assertThat(client.receive().closes()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void pipelinedRequestsThatComeInADrainAreAllAnswered() throws Exception {
		HttpConnection client = client();
		client.get("/");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		client.write(
				"POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n012" + HttpConnection.request("/"));
		HttpAnswer first = client.receive();
		assertThat(first.body()).isEqualTo("012");
		assertThat(first.closes()).isFalse();
		assertThat(client.receive().closes()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void pipelinedRequestsOverTlsAreAllAnswered() throws Exception {
		restart(ServerFeature.TLS);
		HttpConnection client = closing(
				HttpConnection.open(this.listener.localAddress(), TestCertificates.trusting(), "http/1.1"));
		assertThat(client.get("/").closes()).isFalse();
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		client.write(HttpConnection.request("/") + HttpConnection.request("/"));
		assertThat(client.receive().closes()).isFalse();
		assertThat(client.receive().closes()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(PrivateConnector.ServedBy.class)
	void privateRequestsAreServedAndNotCounted(PrivateConnector.ServedBy threads, @TempDir Path folder)
			throws Exception {
		Path socket = folder.resolve("private");
		Closeable open = this.worker.privateConnector().open(socket, threads);
		try (HttpConnection client = HttpConnection.open(socket)) {
			assertThat(client.get("/").body()).isEqualTo("a");
			client().get("/");
			await().until(() -> this.worker.serving().served() == 1);
			// Neither holds up the other.
			assertThat(drain(DrainReason.STOP)).succeedsWithin(SOON);
			assertThat(client.get("/").body()).isEqualTo("a");
		}
		finally {
			open.close();
		}
		assertThat(socket).doesNotExist();
		assertThat(this.worker.serving().served()).isEqualTo(1);
	}

}
