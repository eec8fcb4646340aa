package io.pmboot.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.netty.channel.epoll.LinuxSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link PassedListener}.
 */
@Timeout(30)
class PassedListenerTests {

	@TempDir
	private Path folder;

	@Test
	void outlivesWhateverIsDoneToIt() throws Exception {
		try (BoundListener systemds = TestListeners.bind(path())) {
			PassedListener listener = TestListeners.pass(systemds.descriptor(), "web");
			assertThat(listener.name()).isEqualTo("web");
			assertThat(listener.address()).hasToString("unix:" + path());
			assertThat(listener)
				.hasToString("unix:%s (descriptor %d, 'web')".formatted(path(), systemds.descriptor().intValue()));
			listener.end();
			listener.close();
			assertThat(path()).exists();
			try (AdoptedListener worker = TestListeners.adopt(listener)) {
				assertThat(worker).hasToString("unix:" + path());
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, {p}, 127.0.0.1", "127.0.0.1, 127.0.0.1:{p},", "127.0.0.1, localhost:{p},", "::, {p},",
			"::, 0.0.0.0:{p},", "0.0.0.0, {p},", "0.0.0.0, [::]:{p},", "::1, [::1]:{p}," })
	void isWhereItIsWanted(String bound, String wanted, @Nullable String defaultAddress) throws Exception {
		assertThat(isAt(bound, wanted, defaultAddress)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, {p},", "127.0.0.1, 127.0.0.2:{p},", "::, 127.0.0.1:{p},", "::, {p}, 127.0.0.1",
			"127.0.0.1, 127.0.0.1:1,", "127.0.0.1, unix:/{p}," })
	void isNotWhereAnotherIsWanted(String bound, String wanted, @Nullable String defaultAddress) throws Exception {
		assertThat(isAt(bound, wanted, defaultAddress)).isFalse();
	}

	private static boolean isAt(String bound, String wanted, @Nullable String defaultAddress) throws IOException {
		try (TcpListener systemds = TestListeners.bind(bound, 0)) {
			int port = systemds.localAddress().getPort();
			PassedListener listener = TestListeners.pass(systemds.descriptor(), "");
			new Socket(InetAddress.getByName(bound), listener.address().port()).close();
			return listener.isAt(ListenAddress.of(wanted.replace("{p}", Integer.toString(port))),
					(defaultAddress != null) ? InetAddress.getByName(defaultAddress) : null);
		}
	}

	@Test
	void isAtAPathHoweverThatIsReached() throws Exception {
		Path link = Files.createSymbolicLink(this.folder.resolve("link"), this.folder);
		try (BoundListener systemds = TestListeners.bind(path())) {
			PassedListener listener = TestListeners.pass(systemds.descriptor(), "");
			assertThat(listener.isAt(ListenAddress.of("unix:" + link.resolve("web")), null)).isTrue();
			assertThat(listener.isAt(ListenAddress.of("unix:" + link.resolve("api")), null)).isFalse();
		}
	}

	@Test
	void namesMayBeFewerThanDescriptors() throws Exception {
		try (TcpListener systemds = TestListeners.bind()) {
			int descriptor = systemds.descriptor().intValue();
			assertThat(PassedListener.all(Map.of("LISTEN_FDS", "1"), descriptor)).singleElement()
				.extracting(PassedListener::name)
				.isEqualTo("");
			assertThat(PassedListener.all(Map.of("LISTEN_FDS", "0", "LISTEN_FDNAMES", ""), descriptor)).isEmpty();
			assertThatIOException().isThrownBy(() -> PassedListener.all(Map.of("LISTEN_FDS", "-1"), descriptor))
				.withMessage("LISTEN_FDS is '-1', and no number");
		}
	}

	@Test
	void refusesWhatNobodyCanListenOn() throws Exception {
		LinuxSocket datagram = LinuxSocket.newSocketDgram();
		LinuxSocket unbound = LinuxSocket.newSocketStream(false);
		io.netty.channel.unix.FileDescriptor file = io.netty.channel.unix.FileDescriptor
			.from(Files.createFile(path()).toFile());
		try {
			assertThatIOException().isThrownBy(() -> TestListeners.pass(datagram, "x"))
				.withMessage(
						"descriptor %d ('x') cannot be listened on: it is a socket, but none that listens for connections (Accept=no is needed)"
							.formatted(datagram.intValue()));
			assertThatIOException().isThrownBy(() -> TestListeners.pass(unbound, "x"))
				.withMessageContaining("none that listens");
			assertThatIOException().isThrownBy(() -> TestListeners.pass(file, "x"))
				.withMessageContaining("it is no socket");
		}
		finally {
			datagram.close();
			unbound.close();
			file.close();
		}
		assertThatIOException().isThrownBy(() -> TestListeners.pass(file, "x"))
			.withMessageContaining("it is no socket");
	}

	private Path path() {
		return this.folder.resolve("web");
	}

}
