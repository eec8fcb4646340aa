package io.pmboot.control;

import java.io.DataInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.util.ReferenceCountUtil;
import io.pmboot.DrainReason;
import io.pmboot.StartFailedException;
import io.pmboot.control.RecordingHandler.Connected;
import io.pmboot.control.RecordingHandler.Disconnected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ControlServer} on real sockets, against all that may connect to it.
 */
@Timeout(120)
class ControlServerTests extends AbstractControlSocketTests {

	@Test
	void aStrangerIsRefused() throws Exception {
		RecordingHandler handler = new RecordingHandler().admitting(CompletableFuture.completedFuture(false));
		start(handler);
		assertThatIOException().isThrownBy(this::connect).withMessageContaining("closed the connection");
		assertThat(handler.isQuiet()).isTrue();
	}

	@Test
	void nothingIsReadBeforeTheAdmission() throws Exception {
		CompletableFuture<Boolean> admission = new CompletableFuture<>();
		RecordingHandler handler = new RecordingHandler().admitting(admission);
		ControlServer server = start(handler);
		SocketChannel peer = raw();
		peer.write(ByteBuffer.wrap(new byte[] { 0, 0, 0, 5, 1, 0, 0, 0, 1 }));
		server.eventLoop().submit(() -> {
		}).get(30, TimeUnit.SECONDS);
		assertThat(handler.isQuiet()).isTrue();
		admission.complete(true);
		assertThat(handler.next()).isEqualTo(new Connected(PID));
	}

	@Test
	void anotherUserIsRefused() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		int uid = (int) Files.getAttribute(this.directory, "unix:uid");
		EventLoopGroup group = NativeTransport.eventLoop("test");
		closeLater(group::shutdownGracefully);
		ControlPeer.All peers = new ControlPeer.All(handler, Duration.ofSeconds(60),
				NativeTransport.channels(group.next()));
		peers.uid = uid + 1;
		new ServerBootstrap().group(group)
			.channel(NativeTransport.serverChannel())
			.childHandler(peers)
			.bind(new DomainSocketAddress(socket().toFile()))
			.sync();
		assertEnds(raw());
		assertThat(handler.isQuiet()).isTrue();
	}

	@Test
	void aConnectionThatSaysNothingIsClosed() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler, Duration.ofMillis(50));
		assertEnds(raw());
		assertThat(handler.isQuiet()).isTrue();
	}

	@Test
	void aMasterThatNeverDecidesRefuses() throws Exception {
		RecordingHandler handler = new RecordingHandler().admitting(new CompletableFuture<>());
		start(handler, Duration.ofMillis(50));
		assertEnds(raw());
	}

	@Test
	void aFirstFrameOfAnotherKindIsRefused() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		SocketChannel peer = raw();
		send(peer, new Frame.Ready());
		assertEnds(peer);
		assertThat(handler.isQuiet()).isTrue();
	}

	@Test
	void aWorkerOfANewerVersionIsSpokenToInTheMastersOwn() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		SocketChannel peer = raw();
		send(peer, new Frame.Hello(Frame.VERSION + 7));
		assertThat(handler.next()).isEqualTo(new Connected(PID));
		ByteBuffer welcome = frame(handler.welcome());
		ByteBuffer received = ByteBuffer.allocate(welcome.remaining());
		while (received.hasRemaining() && peer.read(received) >= 0) {
			// Reads on.
		}
		assertThat(received.flip()).isEqualTo(welcome);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aWorkerOfAVersionThatNobodySpeaksIsRefusedWithTheReason(CapturedOutput output) throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		SocketChannel peer = raw();
		send(peer, new Frame.Hello(0));
		assertEnds(peer);
		assertThat(handler.isQuiet()).isTrue();
		await().untilAsserted(() -> assertThat(output).contains("A connection of process %d".formatted(PID))
			.contains("it speaks version 0 of the control protocol, and this process 1 to " + Frame.VERSION));
	}

	@Test
	void aSecondStreamOfAProcessIsRefusedAndTheFirstGoesOn() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		ControlClient client = connect();
		handler.next();
		assertThatIOException().isThrownBy(this::connect);
		client.send(new Frame.Ready());
		assertThat(handler.next()).isEqualTo(new Frame.Ready());
	}

	@Test
	void aSecondHelloEndsTheStream() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		SocketChannel peer = raw();
		send(peer, new Frame.Hello(1));
		send(peer, new Frame.Hello(1));
		handler.next();
		assertThat(fault(handler)).contains("Hello");
	}

	@Test
	void whatAWorkerTellsOfItselfArrives() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		ControlClient client = connect();
		handler.next();
		for (Frame frame : FrameCodecTests.messages(FrameType.Sender.WORKER)) {
			client.send(frame);
			assertThat(handler.next()).isEqualTo(frame);
		}
	}

	@Test
	void aMastersMessageFromAWorkerEndsTheStream() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		for (Frame frame : FrameCodecTests.messages(FrameType.Sender.MASTER)) {
			ControlClient client = connect();
			handler.next();
			client.send(frame);
			client.send(new Frame.Ready());
			assertThat(fault(handler)).contains(frame.getClass().getSimpleName());
			assertThat(handler.isQuiet()).isTrue();
			client.close();
		}
	}

	@Test
	void garbageEndsThatStreamOnly() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		SocketChannel peer = raw();
		send(peer, new Frame.Hello(1));
		handler.next();
		peer.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
		assertThat(fault(handler)).contains("exceeds");
		connect();
		assertThat(handler.next()).isInstanceOf(Connected.class);
		assertThat(server.eventLoop().isShutdown()).isFalse();
	}

	@Test
	void whatFollowsAMalformedFrameIsNotDelivered() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		SocketChannel peer = raw();
		send(peer, new Frame.Hello(1));
		handler.next();
		peer.write(ByteBuffer.wrap(new byte[] { 0, 0, 0, 1, 99, 0, 0, 0, 1, 4 }));
		assertThat(fault(handler)).contains("frame type 99");
		assertThat(handler.isQuiet()).isTrue();
	}

	@Test
	void aPeerThatShutsItsHalfIsDisconnected() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		SocketChannel peer = raw();
		send(peer, new Frame.Hello(1));
		handler.next();
		peer.write(ByteBuffer.wrap(new byte[] { 0, 0, 0, 9, 1 }));
		peer.shutdownOutput();
		assertThat(handler.next()).isEqualTo(new Disconnected(PID, null));
	}

	@Test
	void aPeerThatDoesNotReadIsDisconnected() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		SocketChannel peer = raw();
		send(peer, new Frame.Hello(1));
		handler.next();
		Frame frame = new Frame.StartFailed("x".repeat(Frame.MAX_PAYLOAD));
		server.eventLoop().execute(() -> {
			for (int i = 0; i < 20; i++) {
				handler.connection().send(frame);
			}
		});
		assertThat(fault(handler)).contains("does not read");
	}

	@Test
	void aHandlerThatFailsLosesThatStreamOnly() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(new FailingHandler(handler, new IllegalStateException("no such state")));
		ControlClient client = connect();
		handler.next();
		client.send(new Frame.Ready());
		assertThat(fault(handler)).contains("no such state");
		assertThat(server.eventLoop().isShutdown()).isFalse();
	}

	@Test
	void aPeerThatSendsAndDoesNotReadIsHeldBackAndLosesNothing() throws Exception {
		AnsweringHandler handler = new AnsweringHandler();
		ControlServer server = start(handler);
		SocketChannel peer = raw();
		send(peer, new Frame.Hello(1));
		peer.configureBlocking(false);
		ByteBuffer post = frame(new Frame.Post(1, "x", -1, Unpooled.EMPTY_BUFFER));
		int posted = 0;
		boolean held = false;
		while (!held) {
			while (peer.write(post.rewind()) > 0) {
				posted++;
			}
			// Whoever listens has had its turn, and has taken nothing.
			server.eventLoop().submit(() -> {
			}).get(30, TimeUnit.SECONDS);
			held = peer.write(post.rewind()) == 0;
			posted += held ? 0 : 1;
		}
		assertThat(handler.fault).isNull();
		assertThat(handler.answered).isPositive();
		peer.configureBlocking(true);
		int received = 0;
		DataInputStream answers = new DataInputStream(Channels.newInputStream(peer));
		while (received < posted) {
			answers.readFully(new byte[answers.readInt()]);
			received++;
		}
		assertThat(handler.fault).isNull();
	}

	@Test
	void messagesArriveInOrderHoweverLongTheyAre() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		BlockingQueue<Frame> received = new LinkedBlockingQueue<>();
		ControlClient client = connect();
		client.start((message) -> received.add(ReferenceCountUtil.retain(message)), () -> {
		});
		handler.next();
		List<Frame> sent = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			ByteBuf payload = Unpooled.wrappedBuffer(new byte[(i % 20 == 0) ? Frame.MAX_PAYLOAD / 8 : i]);
			sent.add((i % 10 == 5) ? new Frame.Drain(DrainReason.STOP, Duration.ofSeconds(i))
					: new Frame.Deliver(i, "web", 0, 1, payload));
		}
		server.eventLoop().execute(() -> sent.forEach(handler.connection()::send));
		for (Frame frame : sent) {
			assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo(frame);
		}
	}

	@Test
	void whatCannotBeTrueOfMessagesEndsThatStreamOnly() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(new FailingHandler(handler, new CorruptedFrameException("message 7 of 3")));
		ControlClient client = connect();
		handler.next();
		client.send(new Frame.Acknowledge(7, List.of()));
		assertThat(fault(handler)).isEqualTo("message 7 of 3");
		assertThat(server.eventLoop().isShutdown()).isFalse();
	}

	@Test
	void aSocketThatAKilledMasterLeftIsReplaced() throws Exception {
		Files.createFile(socket());
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		connect();
		assertThat(handler.next()).isInstanceOf(Connected.class);
	}

	@Test
	void aSocketThatWasRemovedOrReplacedIsOpenedAgainAndStreamsGoOn() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		SocketChannel before = raw();
		send(before, new Frame.Hello(1));
		assertThat(handler.next()).isInstanceOf(Connected.class);
		server.ensureReachable();
		Files.delete(socket());
		assertThatIOException().isThrownBy(this::connect)
			.withMessageContaining("it is not there")
			.withMessageContaining("opens it again before its next fork");
		server.ensureReachable();
		raw();
		Files.delete(socket());
		Files.createFile(socket());
		server.ensureReachable();
		raw();
		send(before, new Frame.Ready());
		assertThat(handler.next()).isEqualTo(new Frame.Ready());
	}

	@Test
	void aRemovedDirectoryIsMadeAgainForTheOwnerAlone() throws Exception {
		this.directory = Files.createDirectory(this.directory.resolve("run"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		ControlServer server = start(new RecordingHandler());
		Files.move(this.directory, this.directory.resolveSibling("moved"));
		server.ensureReachable();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.directory))).isEqualTo("rwx------");
		raw();
	}

	@Test
	void aSecondMasterIsRefusedThoughAllFilesOfTheFirstAreGone() throws Exception {
		start(new RecordingHandler());
		raw();
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> start(new RecordingHandler()))
			.withMessageContaining("another master, process " + PID + ", holds it");
		raw();
		Files.delete(socket());
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> start(new RecordingHandler()))
			.withMessageContaining("another master, process " + PID + ", holds it")
			.satisfies((ex) -> assertThat(ex.action()).contains("kill " + PID).contains("pm.master.run-directory"));
		assertThat(socket()).doesNotExist();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aFloodOfStrangersIsLoggedOnceASecond(CapturedOutput output) throws Exception {
		RecordingHandler handler = new RecordingHandler().admitting(CompletableFuture.completedFuture(false));
		start(handler);
		for (int i = 0; i < 50; i++) {
			assertEnds(raw());
		}
		await().until(() -> output.getAll().contains(" more since. A connection of process"));
		assertThat(output.getAll().split("is refused: this master forked no such process", -1)).hasSizeLessThan(50);
	}

	@Test
	void aLogThatTakesNothingHoldsUpNothing() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch taken = new CountDownLatch(1);
		AppenderBase<ILoggingEvent> hanging = new AppenderBase<>() {

			@Override
			protected void append(ILoggingEvent event) {
				asked.countDown();
				try {
					taken.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}

		};
		Logger logger = (Logger) LoggerFactory.getLogger(ControlPeer.class);
		hanging.start();
		logger.addAppender(hanging);
		try {
			ControlServer server = start(new RecordingHandler().admitting(CompletableFuture.completedFuture(false)));
			assertEnds(raw());
			assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(server.eventLoop().submit(() -> "goes on").get(30, TimeUnit.SECONDS)).isEqualTo("goes on");
		}
		finally {
			taken.countDown();
			logger.detachAppender(hanging);
		}
	}

	@Test
	void aDirectoryOpenToOthersIsRefused() throws Exception {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-x---"));
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> start(new RecordingHandler()))
			.withMessageContaining(this.directory.toString());
	}

	@Test
	void aPathThatIsTooLongIsRefused() {
		ControlServer server = new ControlServer(this.directory.resolve("x".repeat(ControlServer.MAX_PATH)));
		closeLater(server);
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> server.start(new RecordingHandler()))
			.withMessageContaining("107 are allowed");
	}

	private static String fault(RecordingHandler handler) throws InterruptedException {
		Object event = handler.next();
		assertThat(event).isInstanceOf(Disconnected.class);
		return ((Disconnected) event).fault();
	}

	/**
	 * A master that cannot handle what it receives.
	 */
	private record FailingHandler(RecordingHandler handler, RuntimeException failure) implements ControlHandler {

		@Override
		public CompletableFuture<Boolean> admits(long pid) {
			return CompletableFuture.completedFuture(true);
		}

		@Override
		public void connected(long pid, ControlConnection connection) {
			this.handler.connected(pid, connection);
		}

		@Override
		public void received(long pid, Frame frame) {
			throw this.failure;
		}

		@Override
		public void disconnected(long pid, String fault) {
			this.handler.disconnected(pid, fault);
		}

		@Override
		public List<FileDescriptor> listeners(long pid) {
			return List.of();
		}

	}

	/**
	 * A master that answers everything at length.
	 */
	private static final class AnsweringHandler implements ControlHandler {

		private static final Frame ANSWER = new Frame.StartFailed("x".repeat(1000));

		private volatile ControlConnection connection;

		private volatile String fault;

		private volatile int answered;

		@Override
		public CompletableFuture<Boolean> admits(long pid) {
			return CompletableFuture.completedFuture(true);
		}

		@Override
		public void connected(long pid, ControlConnection connection) {
			this.connection = connection;
		}

		@Override
		public void received(long pid, Frame frame) {
			this.answered++;
			this.connection.send(ANSWER);
		}

		@Override
		public void disconnected(long pid, String fault) {
			this.fault = fault;
		}

		@Override
		public List<FileDescriptor> listeners(long pid) {
			return List.of();
		}

	}

}
