package io.pmboot.master;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import io.pmboot.StartFailedException;
import io.pmboot.master.GroupListeners.Binding;
import io.pmboot.settings.MessageSettings;
import io.pmboot.socket.AddressInUseException;
import io.pmboot.socket.ListenAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Listeners of a group that are closed and bound again, on real sockets.
 */
class ReboundListenersTests {

	private static final GroupSettings WEB = group("web", "0", "0");

	private static final GroupSettings JOBS = FakeWorld.settings("jobs", 1);

	@TempDir
	private Path folder;

	private BoundListeners listeners;

	@BeforeEach
	void bind() {
		this.listeners = BoundListeners.bind(new MasterSettings(
				List.of(WEB, group("api", "0"), JOBS, group("unix", "unix:" + this.folder.resolve("socket"))),
				InetAddress.getLoopbackAddress(), Path.of("unused"), false,
				new MessageSettings(DataSize.ofBytes(1000), 10), Map.of(), Set.of()));
	}

	@AfterEach
	void close() {
		this.listeners.close();
	}

	@Test
	void closedListenersRefuseAndOthersDoNot() throws Exception {
		this.listeners.close("web");
		this.listeners.end("web");
		assertThat(connects(port("web", 0))).isFalse();
		assertThat(connects(port("web", 1))).isFalse();
		assertThat(connects(port("api", 0))).isTrue();
		assertThat(this.listeners.descriptors("web", 1)).isEmpty();
		assertThat(this.listeners.descriptors("api", 1)).hasSize(1);
	}

	@Test
	void boundAgainTheyHaveTheSamePorts() throws Exception {
		List<String> addresses = this.listeners.addresses("web", 1);
		this.listeners.close("web");
		this.listeners.end("web");
		bind(WEB).keep();
		assertThat(this.listeners.addresses("web", 1)).isEqualTo(addresses);
		assertThat(this.listeners.descriptors("web", 1)).hasSize(2);
		assertThat(connects(port("web", 0))).isTrue();
		assertThat(connects(port("web", 1))).isTrue();
	}

	@Test
	void whatIsDroppedIsClosed() throws Exception {
		this.listeners.close("web");
		this.listeners.end("web");
		bind(WEB).drop();
		assertThat(connects(port("web", 0))).isFalse();
		assertThat(this.listeners.descriptors("web", 1)).isEmpty();
	}

	@Test
	void oneAddressThatIsTakenLeavesNoneBound() throws Exception {
		this.listeners.close("web");
		this.listeners.end("web");
		try (ServerSocket other = new ServerSocket()) {
			other.setReuseAddress(true);
			other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port("web", 1)));
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> this.listeners.bind(WEB, 1, 1).toCompletableFuture().join())
				.withCauseInstanceOf(StartFailedException.class)
				.withRootCauseInstanceOf(IOException.class)
				.withMessageContaining("Group 'web' cannot listen on " + port("web", 1))
				.satisfies((ex) -> assertThat(ex.getCause()).hasCauseInstanceOf(AddressInUseException.class));
			assertThat(connects(port("web", 0))).isFalse();
		}
		bind(WEB).keep();
		assertThat(connects(port("web", 0))).isTrue();
	}

	@Test
	void whatIsKeptAfterTheEndIsClosed() throws Exception {
		this.listeners.close("web");
		this.listeners.end("web");
		Binding binding = bind(WEB);
		this.listeners.close();
		binding.keep();
		assertThat(connects(port("web", 0))).isFalse();
		assertThat(this.listeners.descriptors("web", 1)).isEmpty();
	}

	@Test
	void groupThatDoesNotListenHasNothingToBind() throws Exception {
		this.listeners.close("jobs");
		this.listeners.end("jobs");
		bind(JOBS).keep();
		assertThat(this.listeners.addresses("jobs", 1)).isEmpty();
	}

	@Test
	void fileOfAUnixSocketGoesAndComesBackWithItsMode() throws Exception {
		Path socket = this.folder.resolve("socket");
		this.listeners.close("unix");
		this.listeners.end("unix");
		assertThat(socket).doesNotExist();
		bind(group("unix", "unix:" + socket)).keep();
		SocketChannel.open(UnixDomainSocketAddress.of(socket)).close();
		assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-rw-rw-"));
	}

	private Binding bind(GroupSettings group) throws Exception {
		return this.listeners.bind(group, 1, 1).toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	private int port(String group, int index) {
		return ListenAddress.of(this.listeners.addresses(group, 1).get(index)).port();
	}

	private static boolean connects(int port) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static GroupSettings group(String name, String... listen) {
		return TestGroup.named(name).listen(listen).socketMode("0666").settings();
	}

}
