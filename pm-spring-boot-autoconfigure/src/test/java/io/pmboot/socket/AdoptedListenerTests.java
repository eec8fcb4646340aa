package io.pmboot.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.channel.unix.FileDescriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link AdoptedListener}: several in this JVM stand for several workers.
 */
@Timeout(30)
class AdoptedListenerTests {

	private TcpListener master;

	private AdoptedListener worker;

	@BeforeEach
	void adopt() throws IOException {
		this.master = TestListeners.bind();
		this.worker = TestListeners.adopt(this.master);
		this.worker.blockInAccept();
	}

	@AfterEach
	void close() throws IOException {
		this.worker.close();
		this.master.close();
	}

	@Test
	void acceptsOnADuplicate() throws Exception {
		try (ServerSocketChannel duplicate = this.worker.open(); Socket client = connect()) {
			try (SocketChannel connection = duplicate.accept()) {
				assertThat(((InetSocketAddress) connection.getLocalAddress()).getPort())
					.isEqualTo(this.master.localAddress().getPort());
				assertThat(client.getLocalPort())
					.isEqualTo(((InetSocketAddress) connection.getRemoteAddress()).getPort());
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "::1", "0.0.0.0", "::" })
	void knowsItsAddress(String host) throws Exception {
		try (TcpListener listener = TestListeners.bind(host, 0);
				AdoptedListener adopted = TestListeners.adopt(listener)) {
			InetSocketAddress address = (InetSocketAddress) adopted.localAddress();
			assertThat(address.getPort()).isEqualTo(listener.localAddress().getPort());
			assertThat(address.getAddress().isAnyLocalAddress()).isEqualTo(host.equals("0.0.0.0") || host.equals("::"));
			assertThat(adopted).hasToString(new ListenAddress(host, address.getPort()).toString());
			assertThat(listener).hasToString(adopted.toString());
			assertThat(adopted.channel().getLocalAddress()).isEqualTo(address);
			adopted.blockInAccept();
			try (ServerSocketChannel duplicate = adopted.open();
					Socket client = new Socket(host.contains(":") ? "::1" : "127.0.0.1", address.getPort())) {
				duplicate.accept().close();
				assertThat(client.getInputStream().read()).isEqualTo(-1);
			}
		}
	}

	@Test
	void acceptingStopsAndResumesInThisProcessAlone() throws Exception {
		try (AdoptedListener other = TestListeners.adopt(this.master)) {
			for (int round = 0; round < 20; round++) {
				ServerSocketChannel duplicate = this.worker.open();
				CompletableFuture<SocketChannel> accepted = acceptInAThread(duplicate);
				duplicate.close();
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> accepted.get(10, TimeUnit.SECONDS))
					.withCauseInstanceOf(AsynchronousCloseException.class);
				try (ServerSocketChannel others = other.open(); Socket client = connect()) {
					others.accept().close();
					assertThat(client.getInputStream().read()).isEqualTo(-1);
				}
			}
			try (ServerSocketChannel resumed = this.worker.open()) {
				CompletableFuture<SocketChannel> accepted = acceptInAThread(resumed);
				try (Socket client = connect()) {
					accepted.get(10, TimeUnit.SECONDS).close();
					assertThat(client.getInputStream().read()).isEqualTo(-1);
				}
			}
		}
	}

	@Test
	void connectionsThatWaitGoToTheNextThatAccepts() throws Exception {
		try (AdoptedListener other = TestListeners.adopt(this.master);
				Socket first = connect();
				Socket second = connect()) {
			this.worker.open().close();
			this.worker.close();
			try (ServerSocketChannel others = other.open()) {
				others.accept().close();
				others.accept().close();
			}
			assertThat(first.getInputStream().read()).isEqualTo(-1);
			assertThat(second.getInputStream().read()).isEqualTo(-1);
		}
	}

	@Test
	void theLastHolderThatClosesEndsTheListener() throws Exception {
		this.worker.close();
		connect().close();
		this.master.close();
		assertThatIOException().isThrownBy(this::connect);
	}

	@Test
	void isOpenedNoMoreOnceClosed() throws Exception {
		ServerSocketChannel opened = this.worker.open();
		this.worker.close();
		this.worker.close();
		assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(this.worker::open);
		assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(this.worker::blockInAccept);
		assertThat(this.worker.localAddress()).isEqualTo(this.master.localAddress());
		try (Socket client = connect()) {
			opened.accept().close();
			assertThat(client.getInputStream().read()).isEqualTo(-1);
		}
		opened.close();
	}

	@Test
	void refusesWhatIsNotASocket() {
		assertThatIOException().isThrownBy(() -> AdoptedListener.adopt(new FileDescriptor(987_654)))
			.withMessageContaining("987654");
	}

	@Test
	void namesTheOptionThatAJvmLacks() {
		Module other = HttpClient.class.getModule();
		assertThatIllegalStateException().isThrownBy(() -> AdoptedListener.requireAccess(other))
			.withMessageContaining("--add-opens java.base/sun.nio.ch=ALL-UNNAMED");
	}

	private Socket connect() throws IOException {
		return new Socket("127.0.0.1", this.master.localAddress().getPort());
	}

	/** Returns when the thread waits in the system call, or is about to. */
	static CompletableFuture<SocketChannel> acceptInAThread(ServerSocketChannel channel) {
		CompletableFuture<SocketChannel> accepted = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				accepted.complete(channel.accept());
			}
			catch (IOException ex) {
				accepted.completeExceptionally(ex);
			}
		});
		thread.start();
		await().until(() -> {
			StackTraceElement[] stack = thread.getStackTrace();
			return stack.length > 0 && stack[0].isNativeMethod() && stack[0].getMethodName().startsWith("accept");
		});
		return accepted;
	}

}
