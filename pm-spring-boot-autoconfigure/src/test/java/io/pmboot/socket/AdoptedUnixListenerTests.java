package io.pmboot.socket;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link AdoptedListener} on a unix socket.
 */
@Timeout(30)
class AdoptedUnixListenerTests {

	@TempDir
	private Path folder;

	private BoundListener master;

	private AdoptedListener worker;

	@BeforeEach
	void adopt() throws IOException {
		this.master = TestListeners.bind(path());
		this.worker = TestListeners.adopt(this.master);
		this.worker.blockInAccept();
	}

	@AfterEach
	void close() throws IOException {
		this.worker.close();
		this.master.close();
	}

	@Test
	void knowsItsAddress() throws Exception {
		assertThat(this.worker.localAddress()).isEqualTo(UnixDomainSocketAddress.of(path()));
		assertThat(this.worker.channel().getLocalAddress()).isEqualTo(this.worker.localAddress());
		assertThat(this.worker).hasToString("unix:" + path());
		assertThat(this.worker.isUnix()).isTrue();
		this.worker.close();
		assertThat(this.worker).hasToString("unix:" + path());
	}

	@Test
	void whatItAcceptsIsReadAndWritten() throws Exception {
		try (ServerSocketChannel duplicate = this.worker.open();
				SocketChannel client = connect();
				SocketChannel connection = duplicate.accept()) {
			assertThat(connection.getLocalAddress()).isEqualTo(UnixDomainSocketAddress.of(path()));
			assertThat(connection.getRemoteAddress()).hasToString("");
			assertThat(AdoptedListener.hasInput(connection)).isFalse();
			client.write(ByteBuffer.wrap(new byte[] { 1, 2, 3 }));
			await().until(() -> AdoptedListener.hasInput(connection));
			connection.write(ByteBuffer.wrap(new byte[] { 4 }));
			assertThat(client.read(ByteBuffer.allocate(8))).isOne();
		}
	}

	@Test
	void acceptingStopsAndResumesInThisProcessAlone() throws Exception {
		try (AdoptedListener other = TestListeners.adopt(this.master)) {
			for (int round = 0; round < 20; round++) {
				ServerSocketChannel duplicate = this.worker.open();
				CompletableFuture<SocketChannel> accepted = AdoptedListenerTests.acceptInAThread(duplicate);
				duplicate.close();
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> accepted.get(10, TimeUnit.SECONDS))
					.withCauseInstanceOf(AsynchronousCloseException.class);
				try (ServerSocketChannel others = other.open(); SocketChannel client = connect()) {
					others.accept().close();
					assertEnds(client);
				}
			}
			try (ServerSocketChannel resumed = this.worker.open()) {
				CompletableFuture<SocketChannel> accepted = AdoptedListenerTests.acceptInAThread(resumed);
				try (SocketChannel client = connect()) {
					accepted.get(10, TimeUnit.SECONDS).close();
					assertEnds(client);
				}
			}
		}
	}

	@Test
	void connectionsThatWaitGoToTheNextThatAccepts() throws Exception {
		try (AdoptedListener other = TestListeners.adopt(this.master);
				SocketChannel first = connect();
				SocketChannel second = connect()) {
			this.worker.open().close();
			this.worker.close();
			assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(this.worker::open);
			try (ServerSocketChannel others = other.open()) {
				others.accept().close();
				others.accept().close();
			}
			assertEnds(first);
			assertEnds(second);
		}
	}

	@Test
	void aWorkerThatClosesItLeavesTheFile() throws Exception {
		this.worker.close();
		assertThat(path()).exists();
		connect().close();
		this.master.close();
		assertThatIOException().isThrownBy(this::connect);
	}

	private Path path() {
		return this.folder.resolve("web.sock");
	}

	private SocketChannel connect() throws IOException {
		return SocketChannel.open(UnixDomainSocketAddress.of(path()));
	}

	private static void assertEnds(SocketChannel client) throws IOException {
		assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
	}

}
