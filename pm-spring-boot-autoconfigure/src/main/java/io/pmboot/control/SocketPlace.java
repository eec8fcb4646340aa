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
import java.util.Map;
import java.util.Set;

import io.pmboot.StartFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Where a control socket lies, and who is there. Its folder may be cleaned or replaced at
 * any time.
 */
final class SocketPlace {

	private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

	private static final String OTHER_FOLDER = "See to the cause, or set pm.master.run-directory to another folder.";

	private final Path socket;

	private final Path directory;

	private Map<String, Object> bound = Map.of();

	SocketPlace(Path socket) {
		this.socket = socket.toAbsolutePath();
		this.directory = this.socket.resolveSibling("");
	}

	/**
	 * Refuses a place that others may reach, and one where another process serves.
	 * @throws IOException where it cannot be looked at
	 * @throws StartFailedException with the reason
	 */
	void check() throws IOException {
		int length = this.socket.toString().getBytes(StandardCharsets.UTF_8).length;
		if (length > ControlServer.MAX_PATH) {
			throw refusal("its path has %d bytes, of which %d are allowed".formatted(length, ControlServer.MAX_PATH),
					null);
		}
		if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(this.directory, LinkOption.NOFOLLOW_LINKS))) {
			throw refusal("others than its owner may enter %s".formatted(this.directory), null);
		}
	}

	StartFailedException refusal(String why, @Nullable Throwable cause) {
		return new StartFailedException("The control socket %s cannot be opened: %s".formatted(this.socket, why),
				OTHER_FOLDER, cause);
	}

	/**
	 * The refusal of whoever is not the first.
	 * @param pid who is, or 0 where that is not known
	 * @return the refusal
	 */
	StartFailedException inUse(int pid) {
		return new StartFailedException(
				"The run directory %s is in use: %s holds it, whatever has become of the files in it"
					.formatted(this.directory, (pid > 0) ? "another master, process " + pid + "," : "another process"),
				"Stop the other master first%s; or give this one a run directory of its own (pm.master.run-directory) and listen addresses of its own."
					.formatted((pid > 0) ? " (kill " + pid + ")" : ""),
				null);
	}

	boolean answers() {
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
			throw refusal("%s was replaced by something that is not this master's".formatted(this.directory), null);
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

}
