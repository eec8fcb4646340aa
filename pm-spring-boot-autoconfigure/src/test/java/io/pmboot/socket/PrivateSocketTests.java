package io.pmboot.socket;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link PrivateSocket}.
 */
@Timeout(60)
class PrivateSocketTests {

	@TempDir
	private Path directory;

	private Path path;

	private PrivateSocket socket;

	@BeforeEach
	void open() throws IOException {
		this.path = this.directory.resolve("socket");
		// What a process has left that was killed.
		Files.createFile(this.path);
		this.socket = new PrivateSocket(this.path);
	}

	@AfterEach
	void close() throws IOException {
		this.socket.close();
		assertThat(this.path).doesNotExist();
	}

	@Test
	void isForTheOwnerAlone() throws IOException {
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.path))).isEqualTo("rw-------");
	}

	@Test
	void isOpenedAgainWhereItsFileWasRemovedOrReplacedAndConnectionsLiveOn() throws Exception {
		SocketChannel client = connect();
		SocketChannel connection = this.socket.accept();
		CompletableFuture<SocketChannel> next = accept();
		this.socket.ensureReachable();
		assertThat(next).isNotDone();
		Files.delete(this.path);
		assertThatIOException().isThrownBy(this::connect);
		this.socket.ensureReachable();
		connect();
		assertThat(next.get(30, TimeUnit.SECONDS)).isNotNull();
		Files.delete(this.path);
		Files.createFile(this.path);
		this.socket.ensureReachable();
		isForTheOwnerAlone();
		connect();
		assertThat(this.socket.accept()).isNotNull();
		client.write(ByteBuffer.wrap(new byte[1]));
		assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(1);
	}

	@Test
	void whatIsAtItsPathIsLeftAloneOnceItIsClosed() throws Exception {
		Files.delete(this.path);
		this.socket.ensureReachable();
		Files.delete(this.path);
		Files.createFile(this.path);
		this.socket.close();
		this.socket.ensureReachable();
		assertThat(this.path).isEmptyFile();
		Files.delete(this.path);
	}

	@Test
	void nobodyWaitsForAConnectionOnceItIsClosed() throws Exception {
		CompletableFuture<SocketChannel> next = accept();
		this.socket.close();
		assertThat(next).failsWithin(30, TimeUnit.SECONDS)
			.withThrowableThat()
			.withRootCauseInstanceOf(ClosedChannelException.class);
		assertThat(this.socket.isOpen()).isFalse();
	}

	private SocketChannel connect() throws IOException {
		return SocketChannel.open(UnixDomainSocketAddress.of(this.path));
	}

	private CompletableFuture<SocketChannel> accept() {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return this.socket.accept();
			}
			catch (IOException ex) {
				throw new CompletionException(ex);
			}
		});
	}

}
