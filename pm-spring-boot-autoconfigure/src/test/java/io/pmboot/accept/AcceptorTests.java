package io.pmboot.accept;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.test.HttpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What keeps an acceptor from its work, and what does not.
 */
@Timeout(60)
class AcceptorTests {

	private final Gate gate = new Gate();

	private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

	private final BlockingQueue<SocketChannel> served = new LinkedBlockingQueue<>();

	private final List<HttpConnection> clients = new ArrayList<>();

	private TcpListener listener;

	private AdoptedListener adopted;

	private Thread acceptor;

	@BeforeEach
	void start() throws IOException {
		this.listener = TestListeners.bind();
		this.adopted = TestListeners.adopt(this.listener);
		this.gate.start(List.of(this.adopted), this::serve, this::thread);
		this.gate.open();
	}

	@AfterEach
	void stop() throws Exception {
		this.gate.retire();
		this.acceptor.join();
		for (HttpConnection client : this.clients) {
			client.close();
		}
		this.adopted.close();
		this.listener.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { OutOfMemoryError.class, StackOverflowError.class, InternalError.class,
			NoClassDefFoundError.class, IllegalStateException.class, IOException.class })
	void nothingThatIsThrownEndsIt(Class<? extends Throwable> type) throws Exception {
		this.failures.add(type.getDeclaredConstructor().newInstance());
		connect();
		connect();
		assertThat(this.served.poll(30, TimeUnit.SECONDS)).isNotNull();
		assertThat(this.failures).isEmpty();
		assertThat(this.gate.acceptors()).isOne();
	}

	@Test
	void anInterruptDoesNotEndItWhileItWaitsInAccept() throws Exception {
		await().until(() -> List.of(this.acceptor.getStackTrace())
			.stream()
			.anyMatch((frame) -> frame.getMethodName().startsWith("accept")));
		interrupt();
		connect();
		assertThat(this.served.poll(30, TimeUnit.SECONDS)).isNotNull();
	}

	@Test
	void anInterruptDoesNotEndItWhileItWaitsForTheGate() throws Exception {
		this.gate.suspend();
		await().until(() -> this.acceptor.getState() == Thread.State.WAITING);
		interrupt();
		this.gate.resume();
		connect();
		assertThat(this.served.poll(30, TimeUnit.SECONDS)).isNotNull();
	}

	@Test
	void oneThatHasEndedIsNotCounted() throws Exception {
		CountDownLatch closed = new CountDownLatch(1);
		assertThat(this.gate.acceptors()).isOne();
		this.gate.close(closed::countDown);
		assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
		this.acceptor.join();
		assertThat(this.gate.acceptors()).isZero();
	}

	private void interrupt() {
		this.acceptor.interrupt();
		// A connection that came in the same moment would be the JDK's loss.
		await().until(() -> !this.acceptor.isInterrupted());
	}

	private void serve(SocketChannel connection) throws IOException {
		Throwable failure = this.failures.poll();
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure instanceof RuntimeException exception) {
			throw exception;
		}
		if (failure instanceof IOException exception) {
			throw exception;
		}
		this.served.add(connection);
		connection.close();
	}

	private Thread thread(String name, Runnable acceptor) {
		this.acceptor = new Thread(acceptor, name);
		this.acceptor.setDaemon(true);
		return this.acceptor;
	}

	private void connect() throws IOException {
		this.clients.add(HttpConnection.open(this.listener.localAddress()));
	}

}
