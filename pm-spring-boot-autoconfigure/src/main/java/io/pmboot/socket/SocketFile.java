package io.pmboot.socket;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A file as it was at one moment, to be told from another that is at its path later.
 *
 * @param path where it is
 * @param device where its inode is
 * @param inode the number of its inode
 * @param mode its type and permissions
 */
record SocketFile(Path path, long device, long inode, int mode) {

	private static final int TYPE = 0170000;

	private static final int SOCKET = 0140000;

	private static final int LINK = 0120000;

	private static final int DIRECTORY = 0040000;

	/**
	 * What is at a path; of a link, the link.
	 * @param path the path
	 * @return the file, or {@code null} where there is none
	 * @throws IOException where that cannot be told
	 */
	static @Nullable SocketFile at(Path path) throws IOException {
		try {
			Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino,mode", LinkOption.NOFOLLOW_LINKS);
			return new SocketFile(path, number(attributes, "dev").longValue(), number(attributes, "ino").longValue(),
					number(attributes, "mode").intValue());
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	private static Number number(Map<String, Object> attributes, String name) {
		return (Number) Objects.requireNonNull(attributes.get(name), name);
	}

	/**
	 * Makes room at a path: deletes the socket of a process that is gone.
	 * @param path the path
	 * @throws AddressInUseException where another process listens there
	 * @throws IOException where there is something else, or it cannot be deleted
	 */
	static void clear(Path path) throws IOException {
		SocketFile file = at(path);
		if (file == null) {
			return;
		}
		if ((file.mode & TYPE) != SOCKET) {
			throw new IOException("there is a %s already, which is left alone".formatted(file.type()));
		}
		if (file.isListenedOn()) {
			throw new AddressInUseException(path);
		}
		file.delete();
	}

	private String type() {
		return switch (this.mode & TYPE) {
			case LINK -> "symbolic link";
			case DIRECTORY -> "directory";
			default -> "file";
		};
	}

	private boolean isListenedOn() throws IOException {
		try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
			// Blocking, it would wait where the queue of the other is full.
			probe.configureBlocking(false);
			probe.connect(UnixDomainSocketAddress.of(this.path));
			return true;
		}
		catch (ConnectException ex) {
			return false;
		}
		catch (BindException ex) {
			throw new IOException("there is a socket already to which this user may not connect", ex);
		}
		catch (SocketException ex) {
			// Its queue is full, or it is bound and of another kind.
			return true;
		}
	}

	/**
	 * Deletes it, if it is what is at its path.
	 * @throws IOException where it cannot be deleted
	 */
	void delete() throws IOException {
		SocketFile now = at(this.path);
		if (now != null && now.device == this.device && now.inode == this.inode) {
			Files.deleteIfExists(this.path);
		}
	}

}
