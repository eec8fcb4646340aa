package io.pmboot.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Where a control socket lies, and who is there. Its folder may be cleaned or replaced at
 * any time.
 */
final class SocketPlace {

	private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet.of(PosixFilePermission.OWNER_READ,
			PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

	private final Path socket;

	private final Path directory;

	private Map<String, Object> bound = Map.of();

	SocketPlace(Path socket) {
		this.socket = socket.toAbsolutePath();
		this.directory = this.socket.getParent();
	}

	/**
	 * Refuses a place that others may reach, and one where another process serves.
	 * @throws IOException with the reason
	 */
	void check() throws IOException {
		int length = this.socket.toString().getBytes(StandardCharsets.UTF_8).length;
		if (length > ControlServer.MAX_PATH) {
			throw new IOException(
					"The control socket %s cannot be bound: its path has %d bytes, of which %d are allowed"
						.formatted(this.socket, length, ControlServer.MAX_PATH));
		}
		if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(this.directory, LinkOption.NOFOLLOW_LINKS))) {
			throw new IOException("The control socket %s is not bound: others than its owner may enter %s"
				.formatted(this.socket, this.directory));
		}
		if (answers()) {
			throw new IOException(
					"The control socket %s is not bound: another process serves there. Does another master use %s?"
						.formatted(this.socket, this.directory));
		}
	}

	private boolean answers() {
		try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
			// A queue that is full has somebody behind it, and would be waited for.
			channel.configureBlocking(false);
			channel.connect(UnixDomainSocketAddress.of(this.socket));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	// Makes the folder again where it is gone.
	void restore(int owner) throws IOException {
		if (!Files.exists(this.directory, LinkOption.NOFOLLOW_LINKS)) {
			Files.createDirectories(this.directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
		}
		if (owner() != owner || !Files.isDirectory(this.directory, LinkOption.NOFOLLOW_LINKS)) {
			throw new IOException(
					"The control socket %s is not bound again: %s was replaced by something that is not this master's"
						.formatted(this.socket, this.directory));
		}
	}

	int owner() throws IOException {
		return (int) Files.getAttribute(this.directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
	}

	// Of the folder, and in no folder: nobody can remove it.
	String name() throws IOException {
		Map<String, Object> attributes = Files.readAttributes(this.directory, "unix:dev,ino");
		return "\0pm-%s-%s-%s".formatted(attributes.get("dev"), attributes.get("ino"), this.socket.getFileName());
	}

	void remember() throws IOException {
		this.bound = identity();
	}

	boolean isAsBound() {
		try {
			return identity().equals(this.bound);
		}
		catch (IOException ex) {
			return false;
		}
	}

	// An inode's number alone is soon given to another file.
	private Map<String, Object> identity() throws IOException {
		return Files.readAttributes(this.socket, "unix:dev,ino,ctime", LinkOption.NOFOLLOW_LINKS);
	}

	@Override
	public String toString() {
		return this.socket.toString();
	}

}
