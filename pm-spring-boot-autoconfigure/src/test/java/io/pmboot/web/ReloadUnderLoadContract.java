package io.pmboot.web;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

import io.pmboot.DrainReason;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * That a worker is replaced by another under load without a failed request, whatever the
 * server.
 */
@Timeout(120)
public abstract class ReloadUnderLoadContract {

	private static final int RELOADS = Boolean.getBoolean("pm.full") ? 5 : 3;

	@TempDir
	private Path folder;

	private final ServerWorker.Factory workers;

	private BoundListener listener;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Map<String, Integer> failures = new ConcurrentHashMap<>();

	private final AtomicInteger answered = new AtomicInteger();

	private volatile boolean stopped;

	private SSLContext tls;

	protected ReloadUnderLoadContract(ServerWorker.Factory workers) {
		this.workers = workers;
	}

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
		reloadUnderLoad();
	}

	@Test
	void aReloadLosesNoRequestWhereThreadsAreFewerThanClients() throws Exception {
		reloadUnderLoad(ServerFeature.FOUR_THREADS);
	}

	@Test
	void aReloadLosesNoRequestOverTls() throws Exception {
		this.tls = TestCertificates.trusting();
		reloadUnderLoad(ServerFeature.TLS);
	}

	@Test
	void aReloadLosesNoRequestOnAUnixSocket() throws Exception {
		this.listener.close();
		this.listener = TestListeners.bind(this.folder.resolve("web.sock"));
		reloadUnderLoad();
	}

	@Test
	void aStopUnderLoadEndsThoughConnectionsEndMeanwhile() throws Exception {
		replaceUnderLoad(DrainReason.STOP, 2 * RELOADS);
	}

	/** That the clients of this test see what is lost. */
	protected final void assertAPlainStopLosesRequests() throws Exception {
		ServerWorker worker = open("0");
		List<Future<?>> clients = clients();
		awaitAnswers(200);
		worker.close();
		try (ServerWorker successor = open("1")) {
			awaitAnswers(200);
			stop(clients);
			assertThat(successor.serving().served()).isPositive();
		}
		assertThat(this.failures).isNotEmpty();
	}

	private void reloadUnderLoad(ServerFeature... features) throws Exception {
		replaceUnderLoad(DrainReason.RELOAD, RELOADS, features);
		assertThat(this.failures).isEmpty();
	}

	private void replaceUnderLoad(DrainReason reason, int times, ServerFeature... features) throws Exception {
		ServerWorker worker = open("0", features);
		List<Future<?>> clients = clients();
		for (int generation = 1; generation <= times; generation++) {
			awaitAnswers(200);
			ServerWorker successor = open(String.valueOf(generation), features);
			worker.drain(reason).toCompletableFuture().get(60, TimeUnit.SECONDS);
			worker.close();
			worker = successor;
		}
		awaitAnswers(200);
		stop(clients);
		worker.close();
	}

	private ServerWorker open(String name, ServerFeature... features) throws IOException {
		ServerWorker worker = this.workers.start(name, List.of(this.listener), Set.of(features));
		worker.open();
		return worker;
	}

	private void stop(List<Future<?>> clients) throws Exception {
		this.stopped = true;
		for (Future<?> client : clients) {
			client.get();
		}
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

	private HttpConnection connect() throws IOException {
		if (!(this.listener instanceof TcpListener shared)) {
			return HttpConnection.open(this.folder.resolve("web.sock"));
		}
		return (this.tls != null) ? HttpConnection.open(shared.localAddress(), this.tls, "http/1.1")
				: HttpConnection.open(shared.localAddress());
	}

	/** One connection, used until its last response or, as a new one each time, once. */
	private Void exchange(String path, boolean keepAlive) throws IOException {
		try (HttpConnection client = connect()) {
			boolean last = false;
			while (!last && !this.stopped) {
				HttpAnswer response = client.get(path);
				assertThat(response.status()).isEqualTo(200);
				this.answered.incrementAndGet();
				last = response.closes() || !keepAlive;
			}
		}
		return null;
	}

	private Void exchangePipelined() throws IOException {
		try (HttpConnection client = connect()) {
			client.write(HttpConnection.request("/").repeat(5));
			for (int i = 0; i < 5; i++) {
				assertThat(client.receive().status()).isEqualTo(200);
				this.answered.incrementAndGet();
			}
		}
		return null;
	}

}
