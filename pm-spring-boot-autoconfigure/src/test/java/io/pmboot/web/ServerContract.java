package io.pmboot.web;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.DrainReason;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.test.HttpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What tests of every server have: a listener, and a worker on it by the name of
 * {@code a}.
 */
@Timeout(60)
public abstract class ServerContract {

	protected static final Duration SOON = Duration.ofSeconds(10);

	protected TcpListener listener;

	protected ServerWorker worker;

	private final ServerWorker.Factory workers;

	private final List<AutoCloseable> clients = new ArrayList<>();

	protected ServerContract(ServerWorker.Factory workers) {
		this.workers = workers;
	}

	@BeforeEach
	void start() throws IOException {
		this.listener = TestListeners.bind();
		this.worker = open("a", this.listener);
	}

	@AfterEach
	void stop() throws Exception {
		this.worker.release();
		for (AutoCloseable client : this.clients) {
			client.close();
		}
		this.worker.close();
		this.listener.close();
	}

	protected final ServerWorker start(String name, List<? extends BoundListener> listeners, ServerFeature... features)
			throws IOException {
		return this.workers.start(name, listeners, Set.of(features));
	}

	protected final ServerWorker open(String name, BoundListener listener, ServerFeature... features)
			throws IOException {
		ServerWorker worker = start(name, List.of(listener), features);
		worker.open();
		return worker;
	}

	protected final void restart(ServerFeature... features) throws IOException {
		this.worker.close();
		this.worker = open("a", this.listener, features);
	}

	protected final CompletableFuture<Void> drain(DrainReason reason) {
		return this.worker.drain(reason).toCompletableFuture();
	}

	protected final HttpConnection client() throws IOException {
		return closing(HttpConnection.open(this.listener.localAddress()));
	}

	protected final <T extends AutoCloseable> T closing(T client) {
		this.clients.add(client);
		return client;
	}

}
