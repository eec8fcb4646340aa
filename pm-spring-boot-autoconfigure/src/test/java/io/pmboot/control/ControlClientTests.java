package io.pmboot.control;

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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link ControlClient} on real sockets.
 */
@Timeout(120)
class ControlClientTests extends AbstractControlSocketTests {

	@Test
	void aWorkerIsWelcomed() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		ControlClient client = connect();
		assertThat(handler.next()).isEqualTo(new Connected(PID, Message.Hello.VERSION));
		assertThat(client.welcome()).isEqualTo(handler.welcome());
	}

	@Test
	void messagesArriveInOrderInBothDirections() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		ControlClient client = connect();
		handler.next();
		server.eventLoop().execute(() -> {
			handler.connection().send(new Message.Activate());
			handler.connection().send(new Message.Drain(DrainReason.STOP, Duration.ofSeconds(1)));
		});
		BlockingQueue<Message> received = new LinkedBlockingQueue<>();
		client.start(received::add, () -> {
		});
		assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo(new Message.Activate());
		assertThat(received.poll(30, TimeUnit.SECONDS))
			.isEqualTo(new Message.Drain(DrainReason.STOP, Duration.ofSeconds(1)));
		for (int i = 0; i < 1000; i++) {
			client.send(new Message.StartFailed("failure " + i));
		}
		for (int i = 0; i < 1000; i++) {
			assertThat(handler.next()).isEqualTo(new Message.StartFailed("failure " + i));
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
				handler.connection().send(new Message.Activate());
			}
			handler.connection().close();
		}, server.eventLoop());
		closed.get(30, TimeUnit.SECONDS);
		List<Message> received = new ArrayList<>();
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
			.isThrownBy(() -> client.send(new Message.Ready()).toCompletableFuture().get(30, TimeUnit.SECONDS));
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
	void aMasterThatDoesNotAnswerIsAFailure() throws Exception {
		start(new RecordingHandler().silent());
		assertThatIOException().isThrownBy(() -> ControlClient.connect(socket(), Duration.ofMillis(50)))
			.withMessageContaining(socket().toString())
			.withMessageContaining("did not send a welcome");
	}

	@Test
	void noMasterIsAFailure() {
		assertThatIOException().isThrownBy(() -> ControlClient.connect(socket()))
			.withMessageContaining(socket().toString());
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
