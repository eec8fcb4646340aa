package io.pmboot.socket;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link NotifySocket}.
 */
class NotifySocketTests {

	@TempDir
	private Path folder;

	@Test
	void sendsToAPath() throws Exception {
		String path = this.folder.resolve("notify").toString();
		try (NotifySocket socket = NotifySocket.open(path)) {
			assertThatIOException().isThrownBy(() -> socket.send("READY=1")).withMessage("there is no socket " + path);
			try (NotifyPeer peer = new NotifyPeer(path)) {
				assertThat(socket.send("READY=1\nSTATUS=größer")).isTrue();
				assertThat(socket.send("WATCHDOG=1")).isTrue();
				assertThat(peer.read()).containsExactly("READY=1\nSTATUS=größer", "WATCHDOG=1");
			}
			assertThatIOException().isThrownBy(() -> socket.send("READY=1"));
		}
	}

	@Test
	void sendsToAnAbstractName() throws Exception {
		String name = "pm-test-" + ProcessHandle.current().pid();
		try (NotifyPeer peer = new NotifyPeer('\0' + name); NotifySocket socket = NotifySocket.open("@" + name)) {
			assertThat(socket.send("READY=1")).isTrue();
			assertThat(peer.read()).containsExactly("READY=1");
		}
	}

	@Test
	void doesNotWaitWhereNobodyReads() throws Exception {
		String path = this.folder.resolve("notify").toString();
		try (NotifyPeer peer = new NotifyPeer(path); NotifySocket socket = NotifySocket.open(path)) {
			int sent = 0;
			while (socket.send(Integer.toString(sent))) {
				sent++;
			}
			List<String> read = peer.read();
			assertThat(read).hasSize(sent).last().isEqualTo(Integer.toString(sent - 1));
			assertThat(socket.send("more")).isTrue();
		}
	}

	@Test
	void cutsWhatSystemdWouldNotRead() throws Exception {
		String path = this.folder.resolve("notify").toString();
		try (NotifyPeer peer = new NotifyPeer(path); NotifySocket socket = NotifySocket.open(path)) {
			socket.send("x".repeat(5000));
			assertThat(peer.read()).singleElement().asString().hasSize(4096);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "notify", "vsock:2:1234" })
	void refusesAnAddressThatItDoesNotKnow(String name) {
		assertThatIOException().isThrownBy(() -> NotifySocket.open(name)).withMessageContaining("'" + name + "'");
	}

}
