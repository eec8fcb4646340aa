package io.pmboot.web.jetty;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import javax.net.ssl.SSLSocketFactory;

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

import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that a worker is replaced by another under load without a failed request.
 */
@Timeout(120)
class JettyReloadUnderLoadTests {

	private static final int RELOADS = 5;

	@TempDir
	private Path folder;

	private BoundListener listener;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Map<String, Integer> failures = new ConcurrentHashMap<>();

	private final AtomicInteger answered = new AtomicInteger();

	private volatile boolean stopped;

	private SSLSocketFactory tls;

	@BeforeEach
	void bind() throws IOException {
		this.listener = TestListeners.bind();
	}

	@AfterEach
	void close() throws Exception {
		this.stopped = true;
		this.threads.shutdown();
		assertThat(this.threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		this.listener.close();
	}

	@Test
	void aReloadLosesNoRequest() throws Exception {
		reloadUnderLoad((factory) -> {
		});
		assertThat(this.failures).isEmpty();
	}

	@Test
	void aReloadLosesNoRequestWhereThreadsAreFewerThanClients() throws Exception {
		reloadUnderLoad(JettyWorker.threads(3));
		assertThat(this.failures).isEmpty();
	}

	@Test
	void aReloadLosesNoRequestOverTls() throws Exception {
		this.tls = TestCertificates.trusting().getSocketFactory();
		reloadUnderLoad((factory) -> factory.setSsl(TestCertificates.ssl()));
		assertThat(this.failures).isEmpty();
	}

	@Test
	void aReloadLosesNoRequestOnAUnixSocket() throws Exception {
		this.listener.close();
		this.listener = TestListeners.bind(this.folder.resolve("web.sock"));
		reloadUnderLoad((factory) -> {
		});
		assertThat(this.failures).isEmpty();
	}

	@Test
	void aStopUnderLoadEndsThoughConnectionsEndMeanwhile() throws Exception {
		JettyWorker worker = JettyWorker.open("0", this.listener);
		List<Future<?>> clients = clients();
		for (int stop = 1; stop <= 10; stop++) {
			awaitAnswers(200);
			JettyWorker successor = JettyWorker.open(String.valueOf(stop), this.listener);
			worker.drain(DrainReason.STOP).toCompletableFuture().get(10, TimeUnit.SECONDS);
			worker.close();
			worker = successor;
		}
		this.stopped = true;
		for (Future<?> client : clients) {
			client.get();
		}
		worker.close();
	}

	private void reloadUnderLoad(Consumer<JettyServletWebServerFactory> settings) throws Exception {
		JettyWorker worker = JettyWorker.open("0", this.listener, settings);
		List<Future<?>> clients = clients();
		for (int generation = 1; generation <= RELOADS; generation++) {
			awaitAnswers(200);
			JettyWorker successor = JettyWorker.open(String.valueOf(generation), this.listener, settings);
			worker.drain(DrainReason.RELOAD).toCompletableFuture().get(60, TimeUnit.SECONDS);
			worker.close();
			worker = successor;
		}
		awaitAnswers(200);
		this.stopped = true;
		for (Future<?> client : clients) {
			client.get();
		}
		worker.close();
	}

	private void awaitAnswers(int count) {
		int until = this.answered.get() + count;
		await().atMost(60, TimeUnit.SECONDS).until(() -> this.answered.get() >= until || !this.failures.isEmpty());
	}

	private List<Future<?>> clients() {
		List<Future<?>> clients = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			clients.add(client("short", () -> exchange("/", false)));
			clients.add(client("keep-alive", () -> exchange("/", true)));
		}
		for (int i = 0; i < 2; i++) {
			clients.add(client("slow", () -> exchange("/slow", true)));
			clients.add(client("pipelined", this::exchangePipelined));
		}
		return clients;
	}

	private Future<?> client(String kind, Callable<Void> exchange) {
		return this.threads.submit(() -> {
			while (!this.stopped) {
				try {
					exchange.call();
				}
				catch (Exception ex) {
					this.failures.merge(kind + ": " + ex, 1, Integer::sum);
				}
			}
		});
	}

	private RawClient connect() throws IOException {
		if (!(this.listener instanceof SharedListener shared)) {
			return new RawClient(this.folder.resolve("web.sock"));
		}
		return (this.tls != null) ? RawClient.overTls(shared.localAddress(), this.tls)
				: new RawClient(shared.localAddress());
	}

	/** One connection, used until its last response or, as a new one each time, once. */
	private Void exchange(String path, boolean keepAlive) throws IOException {
		try (RawClient client = connect()) {
			boolean last = false;
			while (!last && !this.stopped) {
				RawClient.Response response = client.get(path);
				assertThat(response.status()).isEqualTo(200);
				this.answered.incrementAndGet();
				last = response.isLast() || !keepAlive;
			}
		}
		return null;
	}

	private Void exchangePipelined() throws IOException {
		try (RawClient client = connect()) {
			client.send(RawClient.request("/").repeat(5));
			for (int i = 0; i < 5; i++) {
				assertThat(client.read().status()).isEqualTo(200);
				this.answered.incrementAndGet();
			}
		}
		return null;
	}

}
