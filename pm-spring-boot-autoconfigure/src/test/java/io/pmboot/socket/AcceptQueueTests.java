package io.pmboot.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link AcceptQueue}, with sockets of this machine.
 */
class AcceptQueueTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "::1", "::" })
	void connectionsThatNobodyAcceptsAreCountedOnAPort(String host) throws Exception {
		try (TcpListener listener = TcpListener.bind(new InetSocketAddress(InetAddress.getByName(host), 0))) {
			assertCounts(listener,
					new InetSocketAddress(host.equals("::") ? "127.0.0.1" : host, listener.localAddress().getPort()));
		}
	}

	@Test
	void connectionsThatNobodyAcceptsAreCountedOnAUnixSocket() throws Exception {
		Path path = this.directory.resolve("a b");
		try (BoundListener listener = UnixListener.bind(path,
				new SocketAccess(SocketMode.of("0600"), SocketOwner.of("")))) {
			assertCounts(listener, UnixDomainSocketAddress.of(path));
		}
	}

	@Test
	void nothingIsKnownOfAListenerThatIsClosed() throws Exception {
		BoundListener listener = TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
		listener.close();
		assertThat(listener.waiting()).isNull();
	}

	private static void assertCounts(BoundListener listener, SocketAddress address) throws Exception {
		List<SocketChannel> clients = new ArrayList<>();
		try {
			for (int i = 0; i < 4; i++) {
				int waiting = i;
				// The kernel completes a connection after the client has it.
				await().untilAsserted(() -> assertThat(listener.waiting()).isEqualTo(waiting));
				clients.add(SocketChannel.open(address));
			}
		}
		finally {
			for (SocketChannel client : clients) {
				client.close();
			}
		}
	}

}
