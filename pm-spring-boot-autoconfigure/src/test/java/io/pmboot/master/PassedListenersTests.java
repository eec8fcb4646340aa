package io.pmboot.master;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.pmboot.StartFailedException;
import io.pmboot.settings.MessageSettings;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.PassedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What systemd has bound, and what the master binds beside it.
 */
@Timeout(60)
class PassedListenersTests {

	@TempDir
	private Path folder;

	private TcpListener systemds;

	private String address;

	@BeforeEach
	void bind() throws IOException {
		this.systemds = TestListeners.bind();
		this.address = this.systemds.toString();
	}

	@AfterEach
	void close() throws IOException {
		this.systemds.close();
	}

	@Test
	void oneThatAGroupListsIsItsOwnAndTheOthersAreBound() throws Exception {
		MasterSettings settings = settings(group("api", "127.0.0.1:0"), group("web", "127.0.0.1:0", this.address));
		try (BoundListeners listeners = listeners(settings, pass("app.socket"))) {
			assertThat(listeners.addresses("web", 1)).hasSize(2).last().isEqualTo(this.address);
			assertThat(listeners.descriptors("web", 1).get(1)).isEqualTo(this.systemds.descriptor());
			assertThat(listeners.addresses("api", 1)).hasSize(1).doesNotContain(this.address);
			new Socket("127.0.0.1", port()).close();
		}
		new Socket("127.0.0.1", port()).close();
	}

	@Test
	void oneThatIsCalledLikeAGroupIsItsOwnWhetherItListsItOrNot() throws Exception {
		try (BoundListeners listeners = listeners(settings(group("api"), group("web", "127.0.0.1:0")), pass("api"))) {
			assertThat(listeners.addresses("api", 1)).containsExactly(this.address);
			assertThat(listeners.addresses("web", 1)).hasSize(1);
			// A new version has it too, though it lists nothing.
			listeners.bind(group("api"), 1, 2).toCompletableFuture().get(30, TimeUnit.SECONDS).keep();
			assertThat(listeners.descriptors("api", 2)).containsExactly(this.systemds.descriptor());
		}
		try (BoundListeners listeners = listeners(settings(group("web", this.address)), pass("web"))) {
			assertThat(listeners.addresses("web", 1)).containsExactly(this.address);
		}
	}

	@Test
	void allThatAreAtOneAddressAreListenedOn() throws Exception {
		try (TcpListener v4 = TestListeners.bind("0.0.0.0", 0)) {
			String port = Integer.toString(v4.localAddress().getPort());
			PassedListener first = TestListeners.pass(v4.descriptor(), "app.socket");
			PassedListener second = TestListeners.pass(v4.descriptor(), "app.socket");
			try (BoundListeners listeners = listeners(settings(group("web", port)), first, second)) {
				assertThat(listeners.addresses("web", 1)).containsExactly(port, "0.0.0.0:" + port);
			}
		}
	}

	@Test
	void aGroupThatWasStoppedLeavesItsConnectionsWaitingForTheNextStart() throws Exception {
		GroupSettings web = group("web", this.address);
		try (BoundListeners listeners = listeners(settings(web), pass("web"))) {
			listeners.close("web");
			listeners.end("web");
			assertThat(listeners.descriptors("web", 1)).isEmpty();
			Socket waiting = new Socket("127.0.0.1", port());
			listeners.bind(web, 1, 1).toCompletableFuture().get(30, TimeUnit.SECONDS).keep();
			try (AdoptedListener worker = TestListeners.adopt(listeners.descriptors("web", 1).get(0))) {
				assertThat(worker.open().accept().getRemoteAddress()).isEqualTo(waiting.getLocalSocketAddress());
			}
			waiting.close();
		}
	}

	@Test
	void oneThatNoGenerationListsAnyMoreIsThereForTheNextThatDoes() throws Exception {
		GroupSettings web = group("web", this.address);
		GroupSettings moved = group("web", "127.0.0.1:0");
		try (BoundListeners listeners = listeners(settings(web), pass("app.socket"))) {
			listeners.bind(moved, 1, 2).toCompletableFuture().get(30, TimeUnit.SECONDS).keep();
			listeners.keep("web", Set.of(2));
			assertThat(listeners.addresses("web", 2)).hasSize(1).doesNotContain(this.address);
			listeners.bind(web, 2, 3).toCompletableFuture().get(30, TimeUnit.SECONDS).keep();
			assertThat(listeners.descriptors("web", 3)).containsExactly(this.systemds.descriptor());
		}
	}

	@Test
	void aUnixSocketKeepsItsFile() throws Exception {
		Path path = this.folder.resolve("web.sock");
		try (BoundListener socket = TestListeners.bind(path)) {
			PassedListener passed = TestListeners.pass(socket.descriptor(), "app.socket");
			listeners(settings(group("web", "unix:" + path)), passed).close();
			assertThat(path).exists();
		}
	}

	@Test
	void oneThatIsNobodysFailsTheStartWithAllThatIsKnown() throws Exception {
		MasterSettings settings = settings(group("web", "8080", "unix:/run/web.sock"), group("jobs"));
		PassedListener passed = pass("app.socket");
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> listeners(settings, passed))
			.withMessage("A listener was passed to this master that is no group's: %1$s. Passed were %1$s; "
				.formatted(passed) + "configured to listen are 'web' on 8080 and unix:/run/web.sock, 'jobs' on nothing")
			.extracting(StartFailedException::action)
			.asString()
			.contains("FileDescriptorName=", "pm.groups.<name>.listen");
	}

	@Test
	void whatWasPassedToAnotherProcessIsLeftAlone() throws Exception {
		MasterSettings settings = settings(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "1"), group("web", "127.0.0.1:0"));
		try (BoundListeners listeners = BoundListeners.bind(settings)) {
			assertThat(listeners.addresses("web", 1)).hasSize(1);
		}
	}

	@Test
	void whatCannotBeListenedOnFailsTheStart() {
		// More than any process has.
		MasterSettings settings = settings(
				Map.of("LISTEN_FDS", "9999", "LISTEN_PID", Long.toString(ProcessHandle.current().pid())));
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> BoundListeners.bind(settings))
			.withMessageStartingWith("Of what was passed to this master, descriptor 3 ('') cannot be listened on: ")
			.extracting(StartFailedException::action)
			.asString()
			.contains("Accept=no");
	}

	private BoundListeners listeners(MasterSettings settings, PassedListener... passed) {
		return BoundListeners.bind(settings, new PassedListeners(List.of(passed), settings));
	}

	private PassedListener pass(String name) throws IOException {
		return TestListeners.pass(this.systemds.descriptor(), name);
	}

	private int port() {
		return this.systemds.localAddress().getPort();
	}

	private MasterSettings settings(GroupSettings... groups) {
		return settings(Map.of(), groups);
	}

	private MasterSettings settings(Map<String, String> environment, GroupSettings... groups) {
		return new MasterSettings(List.of(groups), null, this.folder.resolve("control.sock"), false,
				new MessageSettings(DataSize.ofBytes(1000), 10), environment, Set.of());
	}

	private static GroupSettings group(String name, String... listen) {
		return TestGroup.named(name).listen(listen).settings();
	}

}
