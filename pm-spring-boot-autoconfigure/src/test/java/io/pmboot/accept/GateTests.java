package io.pmboot.accept;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link Gate}.
 */
@Timeout(30)
class GateTests {

	private final Gate gate = new Gate();

	private final AtomicBoolean inAccept = new AtomicBoolean();

	private final AtomicInteger returns = new AtomicInteger();

	private TcpListener shared;

	private AdoptedListener listener;

	private Acceptor acceptor;

	private Thread thread;

	@BeforeEach
	void start() throws IOException {
		this.shared = TestListeners.bind();
		this.listener = TestListeners.adopt(this.shared);
		this.listener.blockInAccept();
		this.acceptor = new Acceptor(this.listener, SocketChannel::close, this.gate);
		this.gate.add(this.acceptor);
		this.thread = new Thread(this::accept);
		this.thread.start();
	}

	@AfterEach
	void stop() throws Exception {
		this.gate.retire();
		this.thread.join();
		this.listener.close();
		this.shared.close();
	}

	private void accept() {
		try {
			for (ServerSocketChannel channel = this.gate.enter(this.acceptor); channel != null; channel = this.gate
				.enter(this.acceptor)) {
				this.inAccept.set(true);
				try {
					channel.accept();
				}
				catch (ClosedChannelException ex) {
					this.returns.incrementAndGet();
				}
				this.inAccept.set(false);
				this.gate.leave(this.acceptor);
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void nobodyAcceptsBeforeItIsOpened() {
		await().until(() -> this.thread.getState() == Thread.State.WAITING);
		this.gate.open();
		await().untilTrue(this.inAccept);
	}

	@Test
	void theTaskThatTakesTheLastThreadIsHandedOverWhenNobodyAccepts() {
		this.gate.limitThreads(() -> 2);
		this.gate.open();
		for (int i = 1; i <= 50; i++) {
			await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).untilTrue(this.inAccept);
			this.gate.taskSubmitted(null);
			assertThat(this.returns).hasValue(i - 1);
			this.gate.taskSubmitted(null);
			assertThat(this.inAccept).isFalse();
			assertThat(this.returns).hasValue(i);
			this.gate.taskEnded();
			this.gate.taskEnded();
		}
	}

	@Test
	void aThreadThatIsFreeAgainResumesAccepting() {
		this.gate.limitThreads(() -> 1);
		this.gate.open();
		await().untilTrue(this.inAccept);
		this.gate.taskSubmitted(null);
		this.gate.taskSubmitted(null);
		this.gate.taskEnded();
		assertThat(this.inAccept).isFalse();
		this.gate.taskEnded();
		await().untilTrue(this.inAccept);
	}

	@Test
	void theFirstRequestOfAConnectionTakesTheThreadThatItWasCountedFor() {
		SocketChannel connection = mock(SocketChannel.class);
		this.gate.limitThreads(() -> 2);
		this.gate.open();
		await().untilTrue(this.inAccept);
		this.gate.accepted(this.acceptor, connection);
		this.gate.taskSubmitted(connection);
		assertThat(this.inAccept).isTrue();
		assertThat(this.returns).hasValue(0);
	}

	@Test
	void whatIsToFollowTheCloseFollowsWhenTheAcceptorHasLeft() {
		this.gate.open();
		await().untilTrue(this.inAccept);
		CompletableFuture<Boolean> acceptingThen = new CompletableFuture<>();
		this.gate.close(() -> acceptingThen.complete(this.inAccept.get()));
		assertThat(acceptingThen.join()).isFalse();
		await().until(() -> !this.thread.isAlive());
	}

	@Test
	void whatIsToFollowTheCloseFollowsAtOnceWhereNobodyAccepts() {
		AtomicBoolean followed = new AtomicBoolean();
		this.gate.close(() -> followed.set(true));
		assertThat(followed).isTrue();
	}

	@Test
	void nobodyAcceptsWhileAsManyConnectionsAreOpenAsMayBe() {
		this.gate.limitConnections(() -> 2);
		this.gate.open();
		await().untilTrue(this.inAccept);
		this.gate.accepted(other(), mock(SocketChannel.class));
		assertThat(this.inAccept).isTrue();
		this.gate.accepted(other(), mock(SocketChannel.class));
		await().untilFalse(this.inAccept);
		assertThat(this.gate.connections()).isEqualTo(2);
		this.gate.connectionEnded();
		await().untilTrue(this.inAccept);
	}

	@Test
	void nobodyAcceptsWhileConnectionsAreNotTaken() {
		this.gate.limitUntaken(1);
		this.gate.open();
		await().untilTrue(this.inAccept);
		this.gate.accepted(other(), mock(SocketChannel.class));
		await().untilFalse(this.inAccept);
		this.gate.taken();
		await().untilTrue(this.inAccept);
	}

	@Test
	void endsWithTheLastConnectionWhenNobodyAcceptsAnyMore() {
		this.gate.limitUntaken(8);
		this.gate.open();
		await().untilTrue(this.inAccept);
		this.gate.accepted(other(), mock(SocketChannel.class));
		this.gate.accepted(other(), mock(SocketChannel.class));
		AtomicBoolean left = new AtomicBoolean();
		this.gate.close(() -> left.set(true));
		this.gate.taken();
		this.gate.connectionEnded();
		assertThat(left).isFalse();
		this.gate.taken();
		await().untilTrue(left);
		assertThat(this.gate.ended().toCompletableFuture()).isNotDone();
		this.gate.connectionEnded();
		assertThat(this.gate.ended()).succeedsWithin(Duration.ofSeconds(30));
	}

	private Acceptor other() {
		return new Acceptor(this.listener, SocketChannel::close, this.gate);
	}

	@Test
	void acceptingIsSuspendedAndResumed() {
		this.gate.open();
		await().untilTrue(this.inAccept);
		this.gate.suspend();
		await().untilFalse(this.inAccept);
		this.gate.resume();
		await().untilTrue(this.inAccept);
	}

}
