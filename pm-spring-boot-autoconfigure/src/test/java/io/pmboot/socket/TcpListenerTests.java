package io.pmboot.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link TcpListener}.
 */
class TcpListenerTests {

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "::1" })
	void bindsAnyFreePortOfAHost(String host) throws Exception {
		assumeIpv6();
		try (TcpListener listener = TestListeners.bind(host, 0)) {
			assertThat(listener.localAddress().getPort()).isPositive();
			assertThat(listener.localAddress().getAddress()).isEqualTo(InetAddress.getByName(host));
			connect(host, listener);
		}
	}

	@Test
	void aHostOfOneFamilyIsNotReachedByTheOther() throws Exception {
		assumeIpv6();
		try (TcpListener ipv4 = TestListeners.bind("127.0.0.1", 0);
				TcpListener ipv4Wildcard = TestListeners.bind("0.0.0.0", 0);
				TcpListener ipv6 = TestListeners.bind("::1", 0)) {
			assertThatIOException().isThrownBy(() -> connect("::1", ipv4));
			connect("127.0.0.1", ipv4Wildcard);
			assertThatIOException().isThrownBy(() -> connect("::1", ipv4Wildcard));
			assertThatIOException().isThrownBy(() -> connect("127.0.0.1", ipv6));
		}
	}

	@Test
	void withoutAHostItIsReachedByBothFamilies() throws Exception {
		assumeIpv6();
		InetSocketAddress all = ListenAddress.of("0").resolve(null);
		try (TcpListener listener = TcpListener.bind(all)) {
			connect("127.0.0.1", listener);
			connect("::1", listener);
		}
	}

	@Test
	void twoAddressesMayHaveTheSamePort() throws Exception {
		try (TcpListener first = TestListeners.bind("127.0.0.1", 0);
				TcpListener second = TestListeners.bind("127.0.0.2", first.localAddress().getPort())) {
			connect("127.0.0.1", first);
			connect("127.0.0.2", second);
		}
	}

	@Test
	void saysThatAnAddressIsInUse() throws Exception {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			assertThatExceptionOfType(AddressInUseException.class)
				.isThrownBy(() -> TestListeners.bind("127.0.0.1", other.getLocalPort()))
				.withMessageContaining("127.0.0.1:" + other.getLocalPort());
		}
	}

	@Test
	void saysThatAnAddressIsNotThisHosts() {
		assertThatIOException().isThrownBy(() -> TestListeners.bind("192.0.2.1", 0))
			.withMessageContaining("192.0.2.1:0")
			.withMessageContaining("Cannot assign requested address");
	}

	@Test
	void saysThatAHostIsUnresolved() {
		assertThatIOException().isThrownBy(() -> TcpListener.bind(InetSocketAddress.createUnresolved("nowhere", 80)))
			.withMessageContaining("nowhere:80");
	}

	@Test
	void canBeBoundAgainAtOnceThoughConnectionsOfItLinger() throws Exception {
		int port;
		try (TcpListener listener = TestListeners.bind(); AdoptedListener adopted = TestListeners.adopt(listener)) {
			port = listener.localAddress().getPort();
			adopted.blockInAccept();
			try (Socket client = new Socket("127.0.0.1", port); ServerSocketChannel duplicate = adopted.open()) {
				// The side that closes first lingers in TIME_WAIT: the server's.
				duplicate.accept().close();
				assertThat(client.getInputStream().read()).isEqualTo(-1);
			}
		}
		TestListeners.bind("127.0.0.1", port).close();
	}

	@Test
	void keepsAsManyConnectionsWaitingAsTheKernelAllows() throws Exception {
		String allowed = Files.readAllLines(Path.of("/proc/sys/net/core/somaxconn")).get(0);
		List<Socket> clients = new ArrayList<>();
		try (TcpListener listener = TestListeners.bind()) {
			for (int i = 0; i < Math.min(Integer.parseInt(allowed), 1000); i++) {
				Socket client = new Socket();
				clients.add(client);
				client.connect(listener.localAddress(), 10_000);
			}
		}
		finally {
			for (Socket client : clients) {
				client.close();
			}
		}
	}

	@Test
	void endsForEveryProcessThatHoldsIt() throws Exception {
		TcpListener listener = TestListeners.bind();
		int port = listener.localAddress().getPort();
		try (AdoptedListener leftOver = TestListeners.adopt(listener)) {
			listener.end();
			assertThatIOException().isThrownBy(() -> connect("127.0.0.1", listener));
			try (TcpListener next = TestListeners.bind("127.0.0.1", port)) {
				connect("127.0.0.1", next);
			}
			assertThat(leftOver.channel().isOpen()).isTrue();
			listener.end();
		}
	}

	@Test
	void closingTwiceDoesNothing() throws Exception {
		TcpListener listener = TestListeners.bind();
		listener.close();
		listener.close();
		assertThatIOException().isThrownBy(() -> connect("127.0.0.1", listener));
	}

	private static void connect(String host, TcpListener listener) throws IOException {
		new Socket(host, listener.localAddress().getPort()).close();
	}

	private static void assumeIpv6() {
		Assumptions.assumeTrue(io.netty.channel.epoll.Epoll.isAvailable());
		Assumptions.assumeTrue(io.netty.channel.unix.Socket.isIPv6Preferred(), "This system has no IPv6");
	}

}
