package io.pmboot.env;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The file that tells which process the master is. It is locked while the master lives,
 * however it ends, and goes with it when it ends in order.
 */
public final class PidFile implements Closeable {

	private static final String ANOTHER_FILE = "Set pm.master.pid-file to a file of its own, which the master creates.";

	private final Path file;

	private final Object key;

	private final FileChannel channel;

	private final String pid;

	private PidFile(Path file, Object key, FileChannel channel, String pid) {
		this.file = file;
		this.key = key;
		this.channel = channel;
		this.pid = pid;
	}

	/**
	 * Writes the file, in place of one that a process left that is gone. Folders that are
	 * missing are made.
	 * @param path the file
	 * @return the file, locked
	 * @throws PidFileException where it cannot be written, saying why
	 */
	public static PidFile write(Path path) {
		Path file = path.toAbsolutePath().normalize();
		try {
			Files.createDirectories(Objects.requireNonNull(file.getParent()));
			PidFile held = null;
			while (held == null) {
				Object key = key(file);
				held = hold(file, key, FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
						StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)));
			}
			return held;
		}
		catch (IOException ex) {
			throw new PidFileException(file, ex.toString(),
					"See to the cause, or set pm.master.pid-file to a file that the master can create and write.", ex);
		}
	}

	// What tells the file from any that comes in its place; null where there is none.
	private static @Nullable Object key(Path file) throws IOException {
		BasicFileAttributes there;
		try {
			there = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		if (there.isSymbolicLink()) {
			throw new PidFileException(file, "it is a symbolic link", ANOTHER_FILE, null);
		}
		if (!there.isRegularFile()) {
			throw new PidFileException(file, there.isDirectory() ? "it is a directory" : "it is no regular file",
					ANOTHER_FILE, null);
		}
		return there.fileKey();
	}

	// Null where it is not the file any more that was looked at: its last holder may have
	// removed it meanwhile.
	private static @Nullable PidFile hold(Path file, @Nullable Object key, FileChannel channel) throws IOException {
		// Not closed unless it has the lock, as in MasterLock.
		boolean locked = MasterLock.lock(channel) != null;
		String content = MasterLock.read(channel);
		if (!locked) {
			throw new PidFileException(file,
					"another master holds it" + (content.isEmpty() ? "" : ", process " + content),
					"Stop the other master first; or give this one a pid file of its own (pm.master.pid-file).", null);
		}
		if (key == null || !key.equals(key(file))) {
			channel.close();
			return null;
		}
		if (!content.matches("[0-9]*")) {
			channel.close();
			throw new PidFileException(file, "there is something else in it than a process id", ANOTHER_FILE, null);
		}
		String pid = Long.toString(ProcessHandle.current().pid());
		MasterLock.write(channel, pid + "\n");
		return new PidFile(file, key, channel, pid);
	}

	/** Removes the file if it still holds this process's id, and unlocks it. */
	@Override
	public void close() {
		if (!this.channel.isOpen()) {
			return;
		}
		try (FileChannel held = this.channel) {
			if (this.key.equals(key(this.file)) && this.pid.equals(MasterLock.read(held))) {
				Files.delete(this.file);
			}
		}
		catch (PidFileException ex) {
			// Something else has taken its place.
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
