package io.pmboot.web;

import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.test.FailureKind;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.RequestFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Which worker gets which connection, whatever the server.
 */
public abstract class SharedListenerContract extends ServerContract {

	protected SharedListenerContract(ServerWorker.Factory workers) {
		super(workers);
	}

	@Test
	void connectionsAreSharedEvenly() throws Exception {
		try (ServerWorker other = open("b", this.listener)) {
			Map<String, Integer> connections = new HashMap<>();
			for (int i = 0; i < 64; i++) {
				connections.merge(client().get("/").body(), 1, Integer::sum);
			}
			assertThat(connections).containsOnlyKeys("a", "b")
				.allSatisfy((name, count) -> assertThat(count).isBetween(16, 48));
			await().until(() -> other.serving().served() == connections.get("b"));
		}
	}

	@Test
	void severalListenersAreServedEvenOnTheSamePort() throws Exception {
		TcpListener samePort = closing(TestListeners.bind("127.0.0.2", this.listener.localAddress().getPort()));
		TcpListener otherPort = closing(TestListeners.bind("::1", 0));
		assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
		List<TcpListener> listeners = List.of(this.listener, samePort, otherPort);
		try (ServerWorker other = start("b", listeners)) {
			other.open();
			for (TcpListener each : listeners) {
				try (HttpConnection client = HttpConnection.open(each.localAddress())) {
					assertThat(client.get("/port").body()).isEqualTo(String.valueOf(each.localAddress().getPort()));
				}
			}
			assertThat(other.server().getPort()).isEqualTo(this.listener.localAddress().getPort());
			assertThat(other.drain(DrainReason.STOP)).succeedsWithin(SOON);
		}
		// The master's sockets are still there.
		new Socket("::1", otherPort.localAddress().getPort()).close();
	}

	@Test
	void tellsOfItsAcceptorsWhileItIsToAccept() throws Exception {
		TcpListener further = closing(TestListeners.bind());
		try (ServerWorker other = start("b", List.of(this.listener, further))) {
			assertThat(other.acceptors()).isNull();
			other.open();
			assertThat(other.acceptors()).isEqualTo(2);
			assertThat(other.drain(DrainReason.STOP)).succeedsWithin(SOON);
			assertThat(other.acceptors()).isNull();
		}
	}

	/**
	 * What is accepted after that would be served by nobody.
	 * @param end ends a thread that serves what is accepted, at once or with the next
	 * request
	 */
	protected final void assertThatNobodyAcceptsAfter(Runnable end) throws Exception {
		assertThat(this.worker.acceptors()).isOne();
		end.run();
		client().write(HttpConnection.request("/"));
		await().dontCatchUncaughtExceptions().until(() -> Integer.valueOf(0).equals(this.worker.acceptors()));
	}

	@Test
	void theLocalPortIsKnownBeforeAnythingIsAccepted() throws Exception {
		try (ServerWorker unopened = start("b", List.of(this.listener))) {
			assertThat(unopened.server().getPort()).isEqualTo(this.listener.localAddress().getPort());
		}
	}

	@Test
	void aWorkerWithoutListenersOpensNoPort() throws Exception {
		try (ServerWorker other = start("b", List.of())) {
			other.open();
			assertThat(other.server().getPort()).isLessThan(1);
			assertThat(other.drain(DrainReason.STOP)).succeedsWithin(SOON);
		}
	}

	/** Not every server counts connections. */
	protected final void assertTheMaximumNumberOfConnectionsHolds() throws Exception {
		restart(ServerFeature.TWO_CONNECTIONS);
		HttpConnection first = client();
		assertThat(first.get("/").body()).isEqualTo("a");
		assertThat(client().get("/").body()).isEqualTo("a");
		HttpConnection third = client();
		third.write(HttpConnection.request("/"));
		try (ServerWorker other = open("b", this.listener)) {
			assertThat(third.receive().body()).isEqualTo("b");
			first.close();
			await().until(() -> client().get("/").body().equals("a"));
			assertThat(other.serving().served()).isPositive();
		}
	}

	/** Nor can every server be started again. */
	protected final void assertAServerThatIsStoppedAndStartedAgainAcceptsAgain() throws Exception {
		assertThat(client().get("/").body()).isEqualTo("a");
		this.worker.server().stop();
		this.worker.server().start();
		assertThat(client().get("/").body()).isEqualTo("a");
	}

	@Test
	void servesOnEveryOfManyListeners() throws Exception {
		List<TcpListener> many = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			many.add(closing(TestListeners.bind()));
		}
		try (ServerWorker other = start("b", many)) {
			other.open();
			for (TcpListener each : many) {
				try (HttpConnection client = HttpConnection.open(each.localAddress())) {
					assertThat(client.get("/").body()).isEqualTo("b");
				}
			}
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void unixSocketsAndPortsAreServedByOneServer(@TempDir Path folder, CapturedOutput output) throws Exception {
		Path path = folder.resolve("web.sock");
		try (BoundListener socket = TestListeners.bind(path);
				ServerWorker other = start("b", List.of(socket, this.listener))) {
			assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
			other.open();
			HttpConnection client = closing(HttpConnection.open(path));
			assertThat(client.get("/").body()).isEqualTo("b");
			assertThat(client().get("/").body()).isEqualTo("b");
			CompletableFuture<Void> drained = other.drain(DrainReason.RELOAD).toCompletableFuture();
			assertThat(client.get("/").closes()).isTrue();
			other.hasten(DrainReason.STOP);
			assertThat(drained).succeedsWithin(SOON);
		}
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void nothingIsAcceptedBeforeTheWorkerIsActivated() throws Exception {
		assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
		try (ServerWorker unopened = start("b", List.of(this.listener))) {
			HttpConnection client = client();
			client.write(HttpConnection.request("/"));
			try (ServerWorker other = open("c", this.listener)) {
				assertThat(client.receive().body()).isEqualTo("c");
				await().until(() -> other.serving().served() == 1);
				assertThat(unopened.serving().served()).isZero();
				assertThat(other.drain(DrainReason.STOP)).succeedsWithin(SOON);
			}
			HttpConnection waiting = client();
			waiting.write(HttpConnection.request("/"));
			unopened.open();
			assertThat(waiting.receive().body()).isEqualTo("b");
		}
	}

	@Test
	void acceptsNothingMore() throws Exception {
		// Ends when no acceptor is in accept any more: until then one may take the
		// client.
		assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
		HttpConnection waiting = client();
		waiting.write(HttpConnection.request("/"));
		try (ServerWorker successor = open("b", this.listener)) {
			assertThat(waiting.receive().body()).isEqualTo("b");
			await().until(() -> successor.serving().served() == 1);
		}
	}

	@Test
	void acceptsNothingWhileItsApplicationRefusesTraffic() throws Exception {
		try (ServerWorker other = open("b", this.listener)) {
			HttpConnection before = connectedTo("a");
			this.worker.refuse(true);
			// An acceptor that is called back may take one more.
			await().until(() -> servedBy(20).equals(Set.of("b")));
			assertThat(before.get("/").body()).isEqualTo("a");
			assertThat(this.worker.acceptors()).isOne();
			this.worker.refuse(false);
			connectedTo("a");
			other.refuse(true);
			await().until(() -> servedBy(20).equals(Set.of("a")));
			assertThat(drain(DrainReason.STOP)).succeedsWithin(SOON);
		}
	}

	@Test
	void acceptsNothingWhereItsApplicationRefusesTrafficWhenItIsActivated() throws Exception {
		try (ServerWorker other = start("b", List.of(this.listener))) {
			other.refuse(true);
			other.open();
			assertThat(servedBy(20)).containsExactly("a");
			other.refuse(false);
			connectedTo("b");
		}
	}

	private HttpConnection connectedTo(String worker) throws Exception {
		HttpConnection client = client();
		while (!client.get("/").body().equals(worker)) {
			client = client();
		}
		return client;
	}

	private Set<String> servedBy(int connections) throws Exception {
		Set<String> workers = new HashSet<>();
		for (int i = 0; i < connections; i++) {
			try (HttpConnection client = HttpConnection.open(this.listener.localAddress())) {
				workers.add(client.get("/").body());
			}
		}
		return workers;
	}

	@Test
	void closesTheListenerInThisProcess() throws Exception {
		assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
		this.listener.close();
		assertThatExceptionOfType(RequestFailedException.class).isThrownBy(this::client)
			.extracting(RequestFailedException::kind)
			.isEqualTo(FailureKind.REFUSED);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void theServersOwnStopDoesNotTouchTheSharedListenerAfterwards(DrainReason reason) throws Exception {
		try (ServerWorker other = open("b", this.listener)) {
			assertThat(drain(reason)).succeedsWithin(SOON);
			HttpConnection client = client();
			assertThat(client.get("/").body()).isEqualTo("b");
			this.worker.close();
			assertThat(client.get("/").closes()).isFalse();
			assertThat(client().get("/").body()).isEqualTo("b");
			await().until(() -> other.serving().served() == 3);
		}
	}

}
