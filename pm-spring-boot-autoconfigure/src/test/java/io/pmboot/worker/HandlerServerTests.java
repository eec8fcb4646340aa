package io.pmboot.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.pmboot.Connection;
import io.pmboot.ConnectionHandler;
import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HandlerServer} on real sockets; several in this JVM stand for several
 * workers.
 */
@Timeout(60)
class HandlerServerTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private final List<AutoCloseable> closeables = new ArrayList<>();

	private TcpListener listener;

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
	void aHandlerLearnsWhichListenerAConnectionCameFrom() throws Exception {
		TcpListener other = TestListeners.bind("::1", 0);
		this.closeables.add(other);
		worker((connection) -> out(connection)
			.println("%s %s".formatted(connection.listener(), connection.channel().socket().getLocalPort())),
				List.of(this.listener, other))
			.open();
		for (TcpListener each : List.of(this.listener, other)) {
			assertThat(connect(each).read()).isEqualTo("%s %d".formatted(each, each.localAddress().getPort()));
		}
	}

	@Test
	void aHandlerRunsOnAThreadOfTheConnectionsOwn() throws Exception {
		BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
		worker((connection) -> {
			threads.add(Thread.currentThread());
			echo(connection);
		}).open();
		Client first = connect();
		Client second = connect();
		assertThat(first.ask("a")).isEqualTo("a");
		assertThat(second.ask("b")).isEqualTo("b");
		List<Thread> both = List.of(threads.take(), threads.take());
		assertThat(both).doesNotHaveDuplicates().allMatch((thread) -> thread.getName().startsWith("pm-connection-"));
		if (Runtime.version().feature() >= 21) {
			assertThat(both).allMatch((thread) -> thread.toString().startsWith("VirtualThread"));
		}
		else {
			assertThat(both).allMatch(Thread::isDaemon);
		}
	}

	@Test
	void tellsOfItsAcceptorsWhileItIsToAccept() throws Exception {
		HandlerServer worker = worker(HandlerServerTests::echo);
		assertThat(worker.acceptors()).isNull();
		worker.open();
		assertThat(worker.acceptors()).isOne();
		assertThat(worker.drain(DrainReason.STOP)).succeedsWithin(SOON);
		assertThat(worker.acceptors()).isNull();
	}

	@Test
	void acceptsNothingWhileItsApplicationRefusesTraffic() throws Exception {
		HandlerServer refusing = worker((connection) -> out(connection).println("refusing"));
		HandlerServer accepting = worker((connection) -> out(connection).println("accepting"));
		refusing.refuse(true);
		refusing.open();
		accepting.open();
		for (int i = 0; i < 20; i++) {
			assertThat(connect().read()).isEqualTo("accepting");
		}
		accepting.refuse(true);
		refusing.refuse(false);
		// An acceptor that is called back may take one more.
		await().until(() -> connect().read().equals("refusing"));
		assertThat(accepting.acceptors()).isOne();
	}

	@Test
	void anInterruptDoesNotEndItsAcceptor() throws Exception {
		HandlerServer worker = worker(HandlerServerTests::echo);
		worker.open();
		assertThat(connect().ask("before")).isEqualTo("before");
		Thread acceptor = Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("pm-acceptor-" + this.listener))
			.findAny()
			.orElseThrow();
		acceptor.interrupt();
		// A connection that came in the same moment would be the JDK's loss.
		await().until(() -> !acceptor.isInterrupted());
		assertThat(connect().ask("after")).isEqualTo("after");
	}

	@Test
	void nothingIsAcceptedBeforeTheWorkerIsActivated() throws Exception {
		HandlerServer waiting = worker(HandlerServerTests::echo);
		HandlerServer active = worker((connection) -> out(connection).println("active"));
		active.open();
		for (int i = 0; i < 20; i++) {
			assertThat(connect().read()).isEqualTo("active");
		}
		assertThat(active.drain(DrainReason.RELOAD)).succeedsWithin(SOON);
		Client client = connect();
		waiting.open();
		assertThat(client.ask("now")).isEqualTo("now");
	}

	@ParameterizedTest
	@EnumSource
	void aDrainAsksBlockedHandlersToFinishAndEndsWithTheLastConnection(DrainReason reason) throws Exception {
		HandlerServer worker = worker(HandlerServerTests::echo);
		worker.open();
		List<Client> clients = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			Client client = connect();
			assertThat(client.ask("hello")).isEqualTo("hello");
			clients.add(client);
		}
		CompletableFuture<Void> drained = worker.drain(reason).toCompletableFuture();
		for (Client client : clients) {
			assertThat(client.read()).isEqualTo("goodbye");
			// Sent before it knew.
			assertThat(client.ask("one more")).isEqualTo("one more");
			assertThat(drained).isNotDone();
			client.finish();
			assertThat(client.read()).isNull();
		}
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aDrainLeavesNewConnectionsToOthers() throws Exception {
		HandlerServer leaving = worker(HandlerServerTests::echo);
		leaving.open();
		Client client = connect();
		assertThat(client.ask("hello")).isEqualTo("hello");
		leaving.drain(DrainReason.RELOAD);
		worker((connection) -> out(connection).println("other")).open();
		for (int i = 0; i < 20; i++) {
			assertThat(connect().read()).isEqualTo("other");
		}
		assertThat(client.read()).isEqualTo("goodbye");
	}

	@Test
	void aHandlerThatAsksLateIsToldAtOnce() throws Exception {
		CompletableFuture<Void> begun = new CompletableFuture<>();
		HandlerServer worker = worker((connection) -> {
			assertThat(connection.isDraining()).isFalse();
			out(connection).println("waiting");
			begun.join();
			await().until(connection::isDraining);
			connection.onDrain(() -> {
				throw new IllegalStateException("nothing to say");
			});
			echo(connection);
		});
		worker.open();
		Client client = connect();
		assertThat(client.read()).isEqualTo("waiting");
		worker.drain(DrainReason.STOP);
		begun.complete(null);
		assertThat(client.read()).isEqualTo("goodbye");
	}

	@Test
	void whatIsStillOpenWhenTheTimeIsUpIsClosed() throws Exception {
		BlockingQueue<Exception> failures = new LinkedBlockingQueue<>();
		HandlerServer worker = worker((connection) -> {
			try {
				echo(connection);
			}
			catch (IOException ex) {
				failures.add(ex);
				throw ex;
			}
		});
		worker.open();
		Client client = connect();
		assertThat(client.ask("hello")).isEqualTo("hello");
		CompletableFuture<Void> drained = worker.drain(DrainReason.STOP).toCompletableFuture();
		assertThat(client.read()).isEqualTo("goodbye");
		worker.close();
		assertThat(client.read()).isNull();
		assertThat(failures.poll(30, TimeUnit.SECONDS)).isNotNull();
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void aFailureConcernsItsConnectionAlone() throws Exception {
		worker((connection) -> {
			switch (in(connection).readLine()) {
				case "exception" -> throw new IllegalArgumentException("no luck");
				case "error" -> throw new StackOverflowError();
				case "reset" -> throw new IOException("reset by peer");
				default -> out(connection).println("fine");
			}
		}).open();
		Client other = connect();
		for (String failure : List.of("exception", "error", "reset")) {
			assertThat(connect().ask(failure)).isNull();
		}
		assertThat(other.ask("hello")).isEqualTo("fine");
		assertThat(connect().ask("hello")).isEqualTo("fine");
	}

	@Test
	void aWorkerThatIsFullLeavesConnectionsToOthers() throws Exception {
		TcpListener second = TestListeners.bind();
		this.closeables.add(second);
		HandlerServer full = worker(limited(2, HandlerServerTests::echo), List.of(this.listener, second));
		full.open();
		Client first = connect();
		assertThat(first.ask("a")).isEqualTo("a");
		assertThat(connect(second).ask("b")).isEqualTo("b");
		// What comes before they are back may still be accepted.
		await().until(() -> !isAnyInAccept());
		Client third = connect();
		Client fourth = connect(second);
		worker((connection) -> out(connection).println("other"), List.of(this.listener, second)).open();
		assertThat(third.read()).isEqualTo("other");
		assertThat(fourth.read()).isEqualTo("other");
		first.finish();
		await().until(() -> !"other".equals(connect().ask("hello")));
	}

	@Test
	void aWorkerThatIsFullAcceptsAgainWhenAConnectionEnds() throws Exception {
		worker(limited(1, HandlerServerTests::echo)).open();
		for (int i = 0; i < 20; i++) {
			Client client = connect();
			Client next = connect();
			assertThat(client.ask("hello")).isEqualTo("hello");
			client.finish();
			assertThat(next.ask("next")).isEqualTo("next");
			next.finish();
		}
	}

	@Test
	void aWorkerThatWasNeverActivatedDrainsAtOnce() throws Exception {
		assertThat(worker(HandlerServerTests::echo).drain(DrainReason.RELOAD)).succeedsWithin(SOON);
	}

	@Test
	void aHandlerHasToAllowOfAConnection() {
		assertThatIllegalArgumentException().isThrownBy(() -> worker(limited(0, HandlerServerTests::echo)))
			.withMessageContaining("maxConnections()")
			.withMessageContaining("is 0");
	}

	private static boolean isAnyInAccept() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((thread) -> thread.getKey().getName().startsWith("pm-acceptor-"))
			.flatMap((thread) -> Arrays.stream(thread.getValue()))
			.anyMatch((frame) -> frame.getClassName().contains("ServerSocketChannel"));
	}

	private HandlerServer worker(ConnectionHandler handler) throws IOException {
		return worker(handler, List.of(this.listener));
	}

	private HandlerServer worker(ConnectionHandler handler, List<TcpListener> listeners) throws IOException {
		List<AdoptedListener> adopted = new ArrayList<>();
		for (TcpListener listener : listeners) {
			adopted.add(TestListeners.adopt(listener));
		}
		this.closeables.addAll(adopted);
		HandlerServer worker = new HandlerServer(handler, adopted,
				listeners.stream().map(TcpListener::toString).toList());
		this.closeables.add(worker);
		return worker;
	}

	private static ConnectionHandler limited(int limit, ConnectionHandler handler) {
		return new ConnectionHandler() {

			@Override
			public void handle(Connection connection) throws Exception {
				handler.handle(connection);
			}

			@Override
			public int maxConnections() {
				return limit;
			}

		};
	}

	private static void echo(Connection connection) throws IOException {
		BufferedReader in = in(connection);
		PrintWriter out = out(connection);
		connection.onDrain(() -> out.println("goodbye"));
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			out.println(line);
		}
	}

	private static BufferedReader in(Connection connection) throws IOException {
		return new BufferedReader(
				new InputStreamReader(connection.channel().socket().getInputStream(), StandardCharsets.UTF_8));
	}

	private static PrintWriter out(Connection connection) throws IOException {
		return new PrintWriter(connection.channel().socket().getOutputStream(), true, StandardCharsets.UTF_8);
	}

	private Client connect() throws IOException {
		return connect(this.listener);
	}

	private Client connect(TcpListener listener) throws IOException {
		Client client = new Client(new Socket(listener.localAddress().getAddress(), listener.localAddress().getPort()));
		this.closeables.add(client.socket);
		return client;
	}

	/**
	 * A client that speaks lines.
	 */
	private static final class Client {

		private final Socket socket;

		private final BufferedReader in;

		Client(Socket socket) throws IOException {
			socket.setSoTimeout(30_000);
			this.socket = socket;
			this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
		}

		String ask(String line) throws IOException {
			this.socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
			return read();
		}

		String read() throws IOException {
			return this.in.readLine();
		}

		void finish() throws IOException {
			this.socket.shutdownOutput();
		}

	}

}
