package io.pmboot.master;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.pmboot.StartFailedException;
import io.pmboot.settings.MessageSettings;
import io.pmboot.socket.AddressInUseException;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.TestListeners;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link BoundListeners} on ports and unix sockets.
 */
@Timeout(60)
class BoundListenersTests {

	@TempDir
	private Path folder;

	@Test
	void everyListenerOfEveryGroupIsBoundAndShown() throws Exception {
		MasterSettings settings = settings(false, group("web", "0", "127.0.0.1:0", "unix:" + path("web")),
				group("jobs"), group("api", "unix:" + path("api")));
		try (BoundListeners listeners = BoundListeners.bind(settings)) {
			assertThat(listeners.addresses("web", 1)).hasSize(3)
				.satisfies((shown) -> assertThat(shown.get(0)).matches("[1-9][0-9]*"))
				.satisfies((shown) -> assertThat(shown.get(1)).matches("127\\.0\\.0\\.1:[1-9][0-9]*"))
				.endsWith("unix:" + path("web"));
			assertThat(listeners.addresses("jobs", 1)).isEmpty();
			assertThat(listeners.addresses("api", 1)).containsExactly("unix:" + path("api"));
			assertThat(listeners.descriptors("web", 1)).hasSize(3);
			assertThat(listeners.descriptors("api", 1)).hasSize(1);
			SocketChannel.open(UnixDomainSocketAddress.of(path("web"))).close();
			SocketChannel.open(UnixDomainSocketAddress.of(path("api"))).close();
		}
		assertThat(this.folder).isEmptyDirectory();
	}

	@Test
	void theFileOfASocketHasTheModeOfItsGroup() throws Exception {
		try (BoundListeners listeners = BoundListeners.bind(settings(false, group("web", "unix:" + path("web"))))) {
			assertThat(Files.getPosixFilePermissions(path("web"))).as(listeners.addresses("web", 1).toString())
				.isEqualTo(PosixFilePermissions.fromString("rw-rw-rw-"));
		}
	}

	@Test
	void nothingIsLeftWhereOneListenerCannotBeBound() throws Exception {
		Files.writeString(path("api"), "precious");
		MasterSettings settings = settings(true, group("web", "unix:" + path("web")),
				group("api", "unix:" + path("api")));
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> BoundListeners.bind(settings))
			.withMessageStartingWith("Group 'api' cannot listen on unix:" + path("api"))
			.withMessageContaining("there is a file already");
		assertThat(path("web")).doesNotExist();
		assertThat(path("api")).hasContent("precious");
	}

	@Test
	void whatTheWorkersOfAMasterThatWasKilledHoldIsTriedAgain() throws Exception {
		ServerSocketChannel socket = listen(path("web"));
		ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
		GroupSettings web = group("web", "unix:" + path("web"), "127.0.0.1:" + port.getLocalPort());
		assertThatExceptionOfType(StartFailedException.class)
			.isThrownBy(() -> BoundListeners.bind(settings(false, web)))
			.withCauseInstanceOf(AddressInUseException.class);
		CompletableFuture<BoundListeners> bound = CompletableFuture
			.supplyAsync(() -> BoundListeners.bind(settings(true, web)));
		// Whoever tries connects, to see whether the socket is in use: twice until now.
		socket.accept().close();
		socket.accept().close();
		socket.close();
		port.close();
		try (BoundListeners listeners = bound.join()) {
			assertThat(listeners.addresses("web", 1)).containsExactly("unix:" + path("web"),
					"127.0.0.1:" + port.getLocalPort());
		}
	}

	@Test
	void theListenersOfAGroupEndForWhoeverHoldsThem() throws Exception {
		GroupSettings web = group("web", "unix:" + path("web"), "127.0.0.1:0");
		try (BoundListeners listeners = BoundListeners.bind(settings(false, web, group("api", "127.0.0.1:0")))) {
			int port = port(listeners, "web", 1);
			AdoptedListener leftOver = TestListeners.adopt(listeners.descriptors("web", 1).get(1));
			listeners.close("web");
			assertThat(listeners.descriptors("web", 1)).isEmpty();
			new Socket("127.0.0.1", port).close();
			listeners.end("web");
			assertThatIOException().isThrownBy(() -> new Socket("127.0.0.1", port));
			assertThat(path("web")).doesNotExist();
			listeners.bind(web, 1, 1).toCompletableFuture().get(30, TimeUnit.SECONDS).keep();
			assertThat(port(listeners, "web", 1)).isEqualTo(port);
			listeners.end("web");
			new Socket("127.0.0.1", port).close();
			new Socket("127.0.0.1", port(listeners, "api", 0)).close();
			leftOver.close();
		}
	}

	@Test
	void saysHowToFindWhoListensOnAUnixSocket() {
		StartFailedException failure = failure(new AddressInUseException(Path.of("/run/web.sock")));
		assertThat(failure).hasMessage("Group 'web' cannot listen on unix:/run/web.sock: "
				+ "Cannot listen on unix:/run/web.sock: another process listens there already");
		assertThat(failure.action()).isEqualTo("Stop the process that listens on unix:/run/web.sock "
				+ "(ss -lxp names it), or change pm.groups.web.listen.");
	}

	@Test
	void saysWhatIsInTheWay() {
		StartFailedException failure = failure(new IOException("there is a directory already"));
		assertThat(failure).hasMessageContaining("unix:/run/web.sock")
			.hasMessageContaining("there is a directory already");
		assertThat(failure.action()).contains("pm.groups.web.listen");
	}

	private static StartFailedException failure(IOException cause) {
		return BoundListeners.failure("web", ListenAddress.of("unix:/run/web.sock"), cause);
	}

	private static int port(BoundListeners listeners, String group, int index) {
		return ListenAddress.of(listeners.addresses(group, 1).get(index)).port();
	}

	private static ServerSocketChannel listen(Path path) throws IOException {
		return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
	}

	private Path path(String name) {
		return this.folder.resolve(name);
	}

	private MasterSettings settings(boolean previousMasterDied, GroupSettings... groups) {
		return new MasterSettings(List.of(groups), null, path("control.sock"), previousMasterDied,
				new MessageSettings(DataSize.ofBytes(1000), 10), Map.of(), Set.of());
	}

	private static GroupSettings group(String name, String... listen) {
		return TestGroup.named(name).listen(listen).socketMode("0666").settings();
	}

}
