package io.pmboot.web.tomcat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.pmboot.DrainReason;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.test.FailureKind;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.RequestFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for Tomcat on a unix socket, beside a port.
 */
@Timeout(60)
class TomcatUnixSocketTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@TempDir
	private Path folder;

	private BoundListener socket;

	private TcpListener port;

	private final List<AutoCloseable> closeables = new ArrayList<>();

	@BeforeEach
	void bind() throws IOException {
		this.socket = closed(TestListeners.bind(this.folder.resolve("web.sock")));
		this.port = closed(TestListeners.bind());
	}

	@AfterEach
	void close() throws Exception {
		for (int i = this.closeables.size() - 1; i >= 0; i--) {
			this.closeables.get(i).close();
		}
	}

	@Test
	void oneWorkerServesBoth() throws Exception {
		TomcatWorker worker = worker("a", List.of(this.socket, this.port));
		worker.open();
		for (HttpConnection client : List.of(overSocket(), overPort(), overSocket())) {
			assertThat(client.get("/").body()).isEqualTo("a");
			assertThat(client.get("/long").body()).hasSize(10_000);
		}
		assertThat(worker.connections()).isEqualTo(3);
		assertThat(worker.server().getPort()).isEqualTo(this.port.localAddress().getPort());
	}

	@Test
	void aRequestHasTheAddressesOfItsConnection() throws Exception {
		worker("a", List.of(this.socket, this.port)).open();
		assertThat(overSocket().get("/addresses").body()).isEqualTo("127.0.0.1 127.0.0.1 0 127.0.0.1 localhost 0");
		assertThat(overPort().get("/addresses").body()).startsWith("127.0.0.1 ")
			.endsWith(" " + this.port.localAddress().getPort());
	}

	@Test
	void onlyConnectionsOfThePortHaveTcpOptions() throws Exception {
		worker("a", List.of(this.socket, this.port), (factory) -> factory.addConnectorCustomizers((connector) -> {
			connector.setProperty("connectionLinger", "0");
			connector.setProperty("keepAliveTimeout", "500");
		})).open();
		HttpConnection overPort = overPort();
		overPort.get("/");
		assertThatExceptionOfType(RequestFailedException.class).isThrownBy(overPort::isAtEnd)
			.extracting(RequestFailedException::kind)
			.isEqualTo(FailureKind.RESET);
		HttpConnection overSocket = overSocket();
		overSocket.get("/");
		assertThat(overSocket.isAtEnd()).isTrue();
	}

	@Test
	void aWorkerWithoutAPortServesToo() throws Exception {
		TomcatWorker worker = worker("a", List.of(this.socket));
		worker.open();
		assertThat(overSocket().get("/port").body()).isEqualTo("0");
		assertThat(worker.server().getPort()).isEqualTo(-1);
	}

	@Test
	void aReloadAwaitsTheConnectionsOfBoth() throws Exception {
		TomcatWorker worker = worker("a", List.of(this.socket, this.port));
		worker.open();
		HttpConnection inFlight = overSocket();
		inFlight.get("/");
		inFlight.write(HttpConnection.request("/hold"));
		HttpConnection idleOverSocket = overSocket();
		idleOverSocket.get("/");
		HttpConnection idleOverPort = overPort();
		idleOverPort.get("/");
		await().until(() -> worker.servlet.held.get() == 1);
		CompletableFuture<Void> drained = worker.drain(DrainReason.RELOAD).toCompletableFuture();
		worker("b", List.of(this.socket, this.port)).open();
		await().until(() -> overSocket().get("/").body().equals("b"));
		for (HttpConnection idle : List.of(idleOverSocket, idleOverPort)) {
			assertThat(idle.get("/").closes()).isTrue();
			assertThat(idle.isAtEnd()).isTrue();
		}
		assertThat(drained).isNotDone();
		worker.servlet.release.countDown();
		HttpAnswer response = inFlight.receive();
		assertThat(response.body()).isEqualTo("a");
		assertThat(response.closes()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aStopClosesIdleConnectionsAndAnswersWhatHasArrived() throws Exception {
		TomcatWorker worker = worker("a", List.of(this.socket));
		worker.open();
		HttpConnection idle = overSocket();
		idle.get("/");
		HttpConnection silent = overSocket();
		HttpConnection inFlight = overSocket();
		inFlight.write(HttpConnection.request("/hold"));
		await().until(() -> worker.servlet.held.get() == 1 && worker.connections() == 3);
		CompletableFuture<Void> drained = worker.drain(DrainReason.STOP).toCompletableFuture();
		assertThat(idle.isAtEnd()).isTrue();
		assertThat(silent.isAtEnd()).isTrue();
		assertThat(drained).isNotDone();
		worker.servlet.release.countDown();
		assertThat(inFlight.receive().closes()).isTrue();
		assertThat(drained).succeedsWithin(SOON);
	}

	private TomcatWorker worker(String name, List<BoundListener> listeners) throws IOException {
		return worker(name, listeners, (factory) -> {
		});
	}

	private TomcatWorker worker(String name, List<BoundListener> listeners,
			Consumer<TomcatServletWebServerFactory> settings) throws IOException {
		return closed(new TomcatWorker(name, listeners, settings));
	}

	private HttpConnection overSocket() throws IOException {
		return closed(HttpConnection.open(this.folder.resolve("web.sock")));
	}

	private HttpConnection overPort() throws IOException {
		return closed(HttpConnection.open(this.port.localAddress()));
	}

	private <T extends AutoCloseable> T closed(T closeable) {
		this.closeables.add(closeable);
		return closeable;
	}

}
