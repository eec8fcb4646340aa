package io.pmboot.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import io.pmboot.control.RecordingHandler.Connected;
import io.pmboot.control.RecordingHandler.Disconnected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ControlClient} on real sockets.
 */
@Timeout(120)
class ControlClientTests extends AbstractControlSocketTests {

	/** How many the queue of a busy master holds: one more than its backlog. */
	private static final int BUSY = 2;

	@Test
	void aWorkerIsWelcomed() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		ControlClient client = connect();
		assertThat(handler.next()).isEqualTo(new Connected(PID));
		assertThat(client.welcome()).isEqualTo(handler.welcome());
	}

	@Test
	void messagesArriveInOrderInBothDirections() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		ControlClient client = connect();
		handler.next();
		server.eventLoop().execute(() -> {
			handler.connection().send(new Frame.Activate());
			handler.connection().send(new Frame.Drain(DrainReason.STOP, Duration.ofSeconds(1)));
		});
		BlockingQueue<Frame> received = new LinkedBlockingQueue<>();
		client.start(received::add, () -> {
		});
		assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo(new Frame.Activate());
		assertThat(received.poll(30, TimeUnit.SECONDS))
			.isEqualTo(new Frame.Drain(DrainReason.STOP, Duration.ofSeconds(1)));
		for (int i = 0; i < 1000; i++) {
			client.send(new Frame.StartFailed("failure " + i));
		}
		for (int i = 0; i < 1000; i++) {
			assertThat(handler.next()).isEqualTo(new Frame.StartFailed("failure " + i));
		}
	}

	@Test
	void whatArrivedBeforeTheStartIsNotLost() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		ControlClient client = connect();
		handler.next();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
			for (int i = 0; i < 3000; i++) {
				handler.connection().send(new Frame.Activate());
			}
			handler.connection().close();
		}, server.eventLoop());
		closed.get(30, TimeUnit.SECONDS);
		List<Frame> received = new ArrayList<>();
		CompletableFuture<Void> end = new CompletableFuture<>();
		client.start(received::add, () -> end.complete(null));
		end.get(30, TimeUnit.SECONDS);
		assertThat(received).hasSize(3000);
		assertThat(handler.next()).isEqualTo(new Disconnected(PID, null));
	}

	@Test
	void theEndOfAWorkerIsSeen() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		ControlClient client = connect();
		handler.next();
		client.close();
		assertThat(handler.next()).isEqualTo(new Disconnected(PID, null));
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> client.send(new Frame.Ready()).toCompletableFuture().get(30, TimeUnit.SECONDS));
	}

	@Test
	void theEndOfTheMasterIsSeenOnceAndItsSocketIsGone() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		ControlClient client = connect();
		handler.next();
		BlockingQueue<String> ends = new LinkedBlockingQueue<>();
		client.start((message) -> {
		}, () -> ends.add("end"));
		server.close();
		assertThat(handler.next()).isEqualTo(new Disconnected(PID, null));
		assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo("end");
		assertThat(socket()).doesNotExist();
		client.close();
		assertThat(ends).isEmpty();
		assertThat(server.eventLoop().isTerminated()).isTrue();
	}

	@Test
	void whatIsNotAMastersToSendEndsTheStream() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		List<Frame> wrong = new ArrayList<>(FrameCodecTests.messages(FrameType.Sender.WORKER));
		wrong.addAll(FrameCodecTests.messages(FrameType.Sender.OPENING_WORKER));
		for (Frame frame : wrong) {
			ControlClient client = connect();
			handler.next();
			BlockingQueue<Object> received = new LinkedBlockingQueue<>();
			client.start(received::add, () -> received.add("end"));
			server.eventLoop().execute(() -> {
				handler.connection().send(frame);
				handler.connection().send(new Frame.Activate());
			});
			assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo("end");
			assertThat(handler.next()).isInstanceOf(Disconnected.class);
			client.close();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, Frame.VERSION + 1 })
	void aMasterOfAVersionThatNobodySpeaksIsAFailure(int version) throws Exception {
		ServerSocketChannel master = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		closeLater(master);
		master.bind(UnixDomainSocketAddress.of(socket()));
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		new Thread(() -> {
			try {
				connect();
				failure.complete(new AssertionError("It is connected"));
			}
			catch (IOException ex) {
				failure.complete(ex);
			}
		}).start();
		try (SocketChannel stream = master.accept()) {
			send(stream, new RecordingHandler().welcome().at(version));
			assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(IOException.class)
				.hasMessageContaining(
						"it speaks version %d of the control protocol, and this process 1 to %d: give both"
							.formatted(version, Frame.VERSION));
		}
	}

	@Test
	void aMasterThatDoesNotAnswerIsAFailure() throws Exception {
		start(new RecordingHandler().silent());
		assertThatIOException().isThrownBy(() -> new ControlClient(socket(), Duration.ofMillis(50)))
			.withMessageContaining(socket().toString())
			.withMessageContaining("did not send a welcome");
	}

	@Test
	void noMasterIsAFailure() {
		assertThatIOException().isThrownBy(() -> ControlClient.connect(socket()))
			.withMessageContaining(socket().toString());
	}

	@Test
	void aMasterWhoseQueueIsFullIsTriedAgain() throws Exception {
		ServerSocketChannel master = busyMaster();
		CompletableFuture<ControlClient> connected = new CompletableFuture<>();
		Thread worker = new Thread(() -> {
			try {
				connected.complete(connect());
			}
			catch (IOException ex) {
				connected.completeExceptionally(ex);
			}
		});
		worker.start();
		await().until(() -> connected.isDone() || worker.getState() == Thread.State.TIMED_WAITING);
		assertThat(connected).isNotDone();
		for (int i = 0; i < BUSY; i++) {
			master.accept().close();
		}
		Frame.Welcome welcome = new RecordingHandler().welcome();
		try (SocketChannel stream = master.accept()) {
			ByteBuffer hello = frame(new Frame.Hello(Frame.VERSION));
			ByteBuffer received = ByteBuffer.allocate(hello.remaining());
			while (received.hasRemaining() && stream.read(received) >= 0) {
				// Reads on.
			}
			assertThat(received.flip()).isEqualTo(hello);
			send(stream, welcome);
			assertThat(connected.get(30, TimeUnit.SECONDS).welcome()).isEqualTo(welcome);
		}
	}

	@Test
	void aMasterWhoseQueueStaysFullIsAFailure() throws Exception {
		busyMaster();
		assertThatIOException().isThrownBy(() -> new ControlClient(socket(), Duration.ofMillis(200)))
			.withMessageContaining(socket().toString())
			.withMessageContaining("accepted nothing of it for 200 ms")
			.withMessageContaining("its queue is full");
	}

	private ServerSocketChannel busyMaster() throws IOException {
		ServerSocketChannel master = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		closeLater(master);
		master.bind(UnixDomainSocketAddress.of(socket()), 1);
		for (int i = 0; i < BUSY; i++) {
			raw();
		}
		return master;
	}

	@Test
	void eachSideHasOneDaemonThread() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		ControlClient client = connect();
		assertThat(thread(server.eventLoop().submit(Thread::currentThread))).isEqualTo("pm-master true");
		assertThat(thread(client.eventLoop().submit(Thread::currentThread))).isEqualTo("pm-worker true");
	}

	private static String thread(Future<Thread> thread) throws Exception {
		return thread.get(30, TimeUnit.SECONDS).getName() + " " + thread.get().isDaemon();
	}

}
