package io.pmboot.worker;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TakenListeners}, on real sockets.
 */
@Timeout(60)
class TakenListenersTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private TcpListener master;

	private AdoptedListener adopted;

	private TakenListeners listeners;

	@BeforeEach
	void adopt() throws Exception {
		this.master = TestListeners.bind();
		this.adopted = TestListeners.adopt(this.master);
		this.listeners = new TakenListeners(List.of(this.adopted));
	}

	@AfterEach
	void close() throws Exception {
		this.listeners.drain(DrainReason.STOP);
		this.master.close();
	}

	@Test
	void areTakenByWhoAsks() {
		assertThat(this.listeners.isTaken()).isFalse();
		this.listeners.take();
		assertThat(this.listeners.isTaken()).isTrue();
		assertThat(new TakenListeners(List.of()).isTaken()).isTrue();
	}

	@Test
	void areGivenWhenTheWorkerIsActivatedAndEndWithItsDrain() throws Exception {
		CompletableFuture<Throwable> end = new CompletableFuture<>();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletionStage<List<ServerSocketChannel>> given = this.listeners.take();
		given.thenAccept((channels) -> {
			try {
				begun.complete(null);
				while (true) {
					channels.get(0).accept().close();
				}
			}
			catch (Exception ex) {
				end.complete(ex);
			}
		});
		assertThat(given.toCompletableFuture()).isNotDone();
		this.listeners.open();
		assertThat(begun).succeedsWithin(SOON);
		assertServed();
		this.listeners.drain(DrainReason.RELOAD);
		assertThat(end.get()).isInstanceOf(ClosedChannelException.class);
		// The master's is still there, for the other workers.
		new Socket(this.master.localAddress().getAddress(), this.master.localAddress().getPort()).close();
	}

	@Test
	void areGivenOnAThreadOfTheirOwnToEachWhoTakesThem() {
		CompletableFuture<Thread> first = new CompletableFuture<>();
		CompletableFuture<Thread> second = new CompletableFuture<>();
		CompletableFuture<Void> release = new CompletableFuture<>();
		this.listeners.take().thenAccept((channels) -> {
			first.complete(Thread.currentThread());
			release.join();
		});
		this.listeners.take().thenAccept((channels) -> {
			second.complete(Thread.currentThread());
			release.join();
		});
		this.listeners.open();
		assertThat(first).succeedsWithin(SOON);
		assertThat(second).succeedsWithin(SOON);
		assertThat(List.of(first.join(), second.join(), Thread.currentThread())).doesNotHaveDuplicates();
		release.complete(null);
	}

	@Test
	void mayBeSelected() throws Exception {
		CompletionStage<List<ServerSocketChannel>> given = this.listeners.take();
		this.listeners.open();
		ServerSocketChannel channel = given.toCompletableFuture().join().get(0);
		assertThat(((InetSocketAddress) channel.getLocalAddress()).getPort())
			.isEqualTo(this.master.localAddress().getPort());
		try (Selector selector = Selector.open()) {
			channel.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
			try (Socket client = new Socket(this.master.localAddress().getAddress(),
					this.master.localAddress().getPort())) {
				assertThat(selector.select(SOON.toMillis())).isOne();
				try (SocketChannel connection = channel.accept()) {
					assertThat(connection.socket().getPort()).isEqualTo(client.getLocalPort());
				}
			}
		}
	}

	@Test
	void failWhereTheWorkerIsNeverActivated() {
		CompletableFuture<List<ServerSocketChannel>> given = this.listeners.take().toCompletableFuture();
		assertThat(this.listeners.drain(DrainReason.STOP)).succeedsWithin(SOON);
		assertThat(given).failsWithin(SOON)
			.withThrowableThat()
			.withCauseInstanceOf(ClosedChannelException.class)
			.havingCause()
			.isNotInstanceOf(AsynchronousCloseException.class);
	}

	private void assertServed() throws Exception {
		for (int i = 0; i < 5; i++) {
			try (Socket client = new Socket(this.master.localAddress().getAddress(),
					this.master.localAddress().getPort())) {
				assertThat(client.getInputStream().read()).isEqualTo(-1);
			}
		}
	}

}
