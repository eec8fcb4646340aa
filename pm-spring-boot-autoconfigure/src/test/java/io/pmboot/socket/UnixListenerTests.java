package io.pmboot.socket;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link UnixListener}.
 */
@Timeout(30)
class UnixListenerTests {

	@TempDir
	private Path folder;

	@Test
	void isFoundAtItsPathAsLongAsItIsOpen() throws Exception {
		BoundListener listener = TestListeners.bind(path());
		connect().close();
		assertThat(listener).hasToString("unix:" + path());
		listener.close();
		listener.close();
		assertThat(path()).doesNotExist();
	}

	@Test
	void replacesASocketOnWhichNobodyListensAnyMore() throws Exception {
		leaveBehind();
		assertThatIOException().isThrownBy(this::connect);
		try (BoundListener listener = TestListeners.bind(path())) {
			assertAccepts(listener);
		}
		assertThat(path()).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void refusesAPathOnWhichAnotherListens(int waiting) throws Exception {
		try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			other.bind(UnixDomainSocketAddress.of(path()), 1);
			for (int i = 0; i < 2 * waiting; i++) {
				// Its queue is full then.
				connect();
			}
			assertThatExceptionOfType(AddressInUseException.class).isThrownBy(() -> TestListeners.bind(path()))
				.withMessageContaining("unix:" + path())
				.withMessageContaining("another process listens there already");
			assertThat(path()).exists();
		}
	}

	@Test
	void anotherListensForAsLongAsOneProcessHoldsTheSocket() throws Exception {
		BoundListener killed = TestListeners.bind(path());
		try (AdoptedListener orphan = TestListeners.adopt(killed)) {
			killed.descriptor().close();
			assertThatExceptionOfType(AddressInUseException.class).isThrownBy(() -> TestListeners.bind(path()));
			assertThat(orphan.toString()).isEqualTo("unix:" + path());
		}
		TestListeners.bind(path()).close();
	}

	@Test
	void endsForEveryProcessThatHoldsIt() throws Exception {
		BoundListener listener = TestListeners.bind(path());
		try (AdoptedListener leftOver = TestListeners.adopt(listener)) {
			Path link = Files.createLink(this.folder.resolve("link"), path());
			listener.end();
			assertThat(path()).doesNotExist();
			assertThatIOException().isThrownBy(() -> SocketChannel.open(UnixDomainSocketAddress.of(link)));
			try (BoundListener next = TestListeners.bind(path())) {
				assertAccepts(next);
			}
			assertThat(leftOver.channel().isOpen()).isTrue();
			listener.end();
		}
	}

	@Test
	void refusesAFileThatIsNoSocketAndLeavesItAlone() throws Exception {
		Files.writeString(path(), "precious");
		assertThatIOException().isThrownBy(() -> TestListeners.bind(path()))
			.withMessage("Cannot listen on unix:%s: there is a file already, which is left alone".formatted(path()));
		assertThat(path()).hasContent("precious");
	}

	@Test
	void refusesADirectoryAndLeavesItAlone() throws Exception {
		Files.createDirectory(path());
		assertThatIOException().isThrownBy(() -> TestListeners.bind(path()))
			.withMessageContaining("there is a directory already");
		assertThat(path()).isDirectory();
	}

	@Test
	void refusesALinkEvenToASocketOnWhichNobodyListens() throws Exception {
		Path elsewhere = this.folder.resolve("elsewhere");
		try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			other.bind(UnixDomainSocketAddress.of(elsewhere));
		}
		Files.createSymbolicLink(path(), elsewhere);
		assertThatIOException().isThrownBy(() -> TestListeners.bind(path()))
			.withMessageContaining("there is a symbolic link already");
		assertThat(path()).isSymbolicLink();
		assertThat(elsewhere).exists();
	}

	@Test
	void refusesAFolderThatDoesNotExist() {
		Path missing = this.folder.resolve("none/web.sock");
		assertThatIOException().isThrownBy(() -> TestListeners.bind(missing))
			.withMessage("Cannot listen on unix:%s: there is no directory %s".formatted(missing, missing.getParent()));
	}

	@ParameterizedTest
	@CsvSource({ "0600, rw-------", "0660, rw-rw----", "0666, rw-rw-rw-", "0777, rwxrwxrwx", "rw-rw-rw-, rw-rw-rw-",
			"0421, r---w---x" })
	void theFileHasTheModeWhateverTheUmask(String mode, String permissions) throws Exception {
		try (BoundListener listener = UnixListener.bind(path(),
				new SocketAccess(SocketMode.of(mode), SocketOwner.of("")))) {
			assertThat(PosixFilePermissions.toString(attributes(path()).permissions())).as(listener.toString())
				.isEqualTo(permissions);
		}
	}

	@Test
	void theFileHasTheOwner() throws Exception {
		Assumptions.assumeTrue(Files.getOwner(this.folder).getName().equals("root"), "Only root gives files away");
		GroupPrincipal root = attributes(this.folder).group();
		try (BoundListener listener = bind("nobody")) {
			assertThat(attributes(path()).owner().getName()).isEqualTo("nobody");
			assertThat(attributes(path()).group()).isEqualTo(root);
			assertAccepts(listener);
		}
		try (BoundListener listener = bind("nobody:daemon")) {
			assertThat(attributes(path()).owner().getName()).isEqualTo("nobody");
			assertThat(attributes(path()).group().getName()).isEqualTo("daemon");
			assertAccepts(listener);
		}
		try (BoundListener listener = bind(":1")) {
			assertThat(attributes(path()).owner().getName()).isEqualTo("root");
			assertThat(Files.getAttribute(path(), "unix:gid", LinkOption.NOFOLLOW_LINKS)).isEqualTo(1);
			assertAccepts(listener);
		}
	}

	@Test
	void leavesNothingWhereTheOwnerIsUnknown() {
		assertThatIOException().isThrownBy(() -> bind("no-such-user"))
			.withMessageContaining("unix:" + path())
			.withMessageContaining("there is no user 'no-such-user' on this system");
		assertThatIOException().isThrownBy(() -> bind(":no-such-group"))
			.withMessageContaining("there is no group 'no-such-group' on this system");
		assertThat(path()).doesNotExist();
	}

	@Test
	void leavesTheFileOfWhoeverReplacedIt() throws Exception {
		BoundListener replaced = TestListeners.bind(path());
		Files.delete(path());
		try (BoundListener other = TestListeners.bind(path())) {
			replaced.close();
			assertAccepts(other);
		}
		assertThat(path()).doesNotExist();
	}

	private BoundListener bind(String owner) throws IOException {
		return UnixListener.bind(path(), new SocketAccess(SocketMode.of("0600"), SocketOwner.of(owner)));
	}

	private static PosixFileAttributes attributes(Path path) throws IOException {
		return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
	}

	private Path path() {
		return this.folder.resolve("web.sock");
	}

	private void leaveBehind() throws IOException {
		try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			gone.bind(UnixDomainSocketAddress.of(path()));
		}
		assertThat(path()).exists();
	}

	private SocketChannel connect() throws IOException {
		return SocketChannel.open(UnixDomainSocketAddress.of(path()));
	}

	private void assertAccepts(BoundListener listener) throws IOException {
		try (AdoptedListener adopted = TestListeners.adopt(listener);
				ServerSocketChannel duplicate = adopted.open();
				SocketChannel client = connect()) {
			duplicate.accept().close();
			assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
		}
	}

}
