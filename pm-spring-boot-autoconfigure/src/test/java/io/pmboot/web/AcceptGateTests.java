package io.pmboot.web;

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
 * Tests for {@link AcceptGate}.
 */
@Timeout(30)
class AcceptGateTests {

	private final AcceptGate gate = new AcceptGate();

	private final AtomicBoolean inAccept = new AtomicBoolean();

	private final AtomicInteger returns = new AtomicInteger();

	private TcpListener shared;

	private AdoptedListener listener;

	private Lane lane;

	private Thread acceptor;

	@BeforeEach
	void start() throws IOException {
		this.shared = TestListeners.bind();
		this.listener = TestListeners.adopt(this.shared);
		this.listener.blockInAccept();
		this.lane = this.gate.add(this.listener);
		this.acceptor = new Thread(this::accept);
		this.acceptor.start();
	}

	@AfterEach
	void stop() throws Exception {
		this.gate.retire();
		this.acceptor.join();
		this.listener.close();
		this.shared.close();
	}

	private void accept() {
		try {
			for (ServerSocketChannel channel = this.gate.enter(this.lane); channel != null; channel = this.gate
				.enter(this.lane)) {
				this.inAccept.set(true);
				try {
					channel.accept();
				}
				catch (ClosedChannelException ex) {
					this.returns.incrementAndGet();
				}
				this.inAccept.set(false);
				this.gate.leave(this.lane);
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void nobodyAcceptsBeforeItIsOpened() {
		await().until(() -> this.acceptor.getState() == Thread.State.WAITING);
		this.gate.open();
		await().untilTrue(this.inAccept);
	}

	@Test
	void theTaskThatTakesTheLastThreadIsHandedOverWhenNobodyAccepts() {
		this.gate.limit(() -> 2);
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
		this.gate.limit(() -> 1);
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
		this.gate.limit(() -> 2);
		this.gate.open();
		await().untilTrue(this.inAccept);
		this.gate.accepted(this.lane, connection);
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
		await().until(() -> !this.acceptor.isAlive());
	}

	@Test
	void whatIsToFollowTheCloseFollowsAtOnceWhereNobodyAccepts() {
		AtomicBoolean followed = new AtomicBoolean();
		this.gate.close(() -> followed.set(true));
		assertThat(followed).isTrue();
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
