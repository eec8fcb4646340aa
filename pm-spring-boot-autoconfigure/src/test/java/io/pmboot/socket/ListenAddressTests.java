package io.pmboot.socket;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ListenAddress}.
 */
class ListenAddressTests {

	@ParameterizedTest
	@CsvSource({ "8080,, 8080", "0,, 0", "65535,, 65535", "' 8080 ',, 8080", "127.0.0.1:80, 127.0.0.1, 80",
			"localhost:0, localhost, 0", "my-host.example.org:8443, my-host.example.org, 8443", "[::1]:8080, ::1, 8080",
			"[::]:8080, ::, 8080", "[fe80::1%eth0]:1, fe80::1%eth0, 1", "[::ffff:127.0.0.1]:5, ::ffff:127.0.0.1, 5" })
	void parsesWhatAUserWrites(String text, String host, int port) {
		assertThat(ListenAddress.of(text)).isEqualTo(new ListenAddress(host, port));
		assertThat(ListenAddress.of(ListenAddress.of(text).toString())).isEqualTo(new ListenAddress(host, port));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", ":", "abc", "-1", "65536", "99999", "123456", "8080x", "0x50", "80 80", ":8080",
			"host:", "host:port", "host:-1", "host:65536", "::1:8080", "::1", "[::1]", "[::1]8080", "[]:8080",
			"[localhost]:8080", "[127.0.0.1]:8080", "[::1:8080", "::1]:8080", "ho st:80", "http://host:80", "host/:80",
			"*:80", "80,81", "+80", "٨٠", "unix:", "unix:web.sock", "unix:./web.sock", "unix:~/web.sock", "unix:@web",
			"unix:/", "unix:/run/..", "unix:/a\0b", "unix:run:/web.sock" })
	void refusesWhatIsNotAnAddressAndSaysWhich(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> ListenAddress.of(text))
			.withMessageContaining("'" + text + "'");
	}

	@ParameterizedTest
	@CsvSource({ "unix:/run/web.sock, /run/web.sock", "' unix:/a ', /a", "unix:///run/a b:80, /run/a b:80",
			"unix:/run/app/../web.sock, /run/web.sock", "unix:/run//./web.sock/, /run/web.sock" })
	void parsesTheNormalizedPathOfAUnixSocket(String text, String path) {
		ListenAddress address = ListenAddress.of(text);
		assertThat(address).isEqualTo(new ListenAddress(null, 0, Path.of(path))).hasToString("unix:" + path);
		assertThat(ListenAddress.of(address.toString())).isEqualTo(address);
		assertThatIllegalStateException().isThrownBy(() -> address.resolve(null));
	}

	@Test
	void refusesAPathThatHasNoRoomInASocketAddress() {
		assertThat(ListenAddress.of("unix:/" + "x".repeat(106)).path()).hasToString("/" + "x".repeat(106));
		String tooLong = "unix:/" + "x".repeat(107);
		assertThatIllegalArgumentException().isThrownBy(() -> ListenAddress.of(tooLong))
			.withMessageContaining("'" + tooLong + "'")
			.withMessageContaining("at most 107 bytes")
			.withMessageContaining("108");
	}

	@Test
	void resolvesNoHostToTheIpv6WildcardThatIsBoundForIpv4Too() throws Exception {
		InetSocketAddress address = ListenAddress.of("8080").resolve(null);
		assertThat(address.getAddress()).isInstanceOf(Inet6Address.class);
		assertThat(address.getAddress().isAnyLocalAddress()).isTrue();
		assertThat(address.getPort()).isEqualTo(8080);
	}

	@Test
	void resolvesNoHostToTheDefaultAddress() throws Exception {
		InetAddress loopback = InetAddress.getByName("127.0.0.1");
		assertThat(ListenAddress.of("80").resolve(loopback)).isEqualTo(new InetSocketAddress(loopback, 80));
	}

	@Test
	void resolvesAHostWhateverTheDefaultAddress() throws Exception {
		InetAddress loopback = InetAddress.getByName("127.0.0.1");
		InetSocketAddress address = ListenAddress.of("0.0.0.0:80").resolve(loopback);
		assertThat(address.getAddress()).isInstanceOf(Inet4Address.class);
		assertThat(address.getAddress().isAnyLocalAddress()).isTrue();
	}

	@Test
	void namesAHostThatCannotBeResolved() {
		assertThatExceptionOfType(UnknownHostException.class)
			.isThrownBy(() -> ListenAddress.of("no-such-host.invalid:80").resolve(null))
			.withMessageContaining("no-such-host.invalid");
	}

}
