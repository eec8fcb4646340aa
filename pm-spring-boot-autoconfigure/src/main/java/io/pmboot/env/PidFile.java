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

import io.pmboot.StartFailedException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The file that tells which process the master is. It is locked while the master lives,
 * however it ends, and goes with it when it ends in order.
 */
public final class PidFile implements Closeable {

	private static final Log logger = LogFactory.getLog(PidFile.class);

	private static final String ANOTHER_FILE = "Set pm.master.pid-file to a file of its own, which the master creates.";

	private final Path file;

	private volatile Held held;

	private volatile boolean closed;

	/** Why it could not be written again at the last look, if it could not. */
	private @Nullable String trouble;

	private PidFile(Path file, Held held) {
		this.file = file;
		this.held = held;
	}

	/**
	 * Writes the file, in place of one that a process left that is gone. Folders that are
	 * missing are made.
	 * @param path the file; where a link on the way to it leads elsewhere later on,
	 * {@link #hold()} follows
	 * @return the file, locked
	 * @throws StartFailedException where it cannot be written, saying why
	 */
	public static PidFile write(Path path) {
		Path file = path.toAbsolutePath();
		try {
			Files.createDirectories(Objects.requireNonNull(file.getParent()));
			return new PidFile(file, take(file));
		}
		catch (IOException ex) {
			throw refused(file, ex.toString(),
					"See to the cause, or set pm.master.pid-file to a file that the master can create and write.", ex);
		}
	}

	/**
	 * Writes the file where its path leads by now, if that is elsewhere, or if somebody
	 * removed it. A failure is logged, and tried again at the next call. Blocks; not to
	 * be called by two threads at a time.
	 */
	public void hold() {
		// A link that is being switched leads nowhere for a moment.
		if (this.closed || !Files.isDirectory(Objects.requireNonNull(this.file.getParent()))) {
			return;
		}
		Held before = this.held;
		try {
			if (before.key.equals(key(this.file))) {
				return;
			}
			this.held = take(this.file);
			before.release();
			if (this.closed) {
				close();
			}
			this.trouble = null;
			logger.info("The pid file is %s now".formatted(this.held.place));
		}
		catch (StartFailedException | IOException ex) {
			if (!ex.toString().equals(this.trouble)) {
				logger.warn("The pid file was removed, or its path leads elsewhere, where it cannot be written: "
						+ ex.getMessage());
			}
			this.trouble = ex.toString();
		}
	}

	private static StartFailedException refused(Path file, String detail, String action, @Nullable Throwable cause) {
		return new StartFailedException("The pid file '%s' cannot be used: %s".formatted(file, detail), action, cause);
	}

	private static Held take(Path file) throws IOException {
		Held taken = null;
		while (taken == null) {
			Object key = key(file);
			taken = take(file, key, FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
					StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)));
		}
		return taken;
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
			throw refused(file, "it is a symbolic link", ANOTHER_FILE, null);
		}
		if (!there.isRegularFile()) {
			throw refused(file, there.isDirectory() ? "it is a directory" : "it is no regular file", ANOTHER_FILE,
					null);
		}
		return there.fileKey();
	}

	// Null where it is not the file any more that was looked at: its last holder may have
	// removed it meanwhile.
	private static @Nullable Held take(Path file, @Nullable Object key, FileChannel channel) throws IOException {
		// Not closed unless it has the lock, as in MasterLock.
		boolean locked = MasterLock.lock(channel) != null;
		String content = MasterLock.read(channel);
		if (!locked) {
			throw refused(file, "another master holds it" + (content.isEmpty() ? "" : ", process " + content),
					"Stop the other master first; or give this one a pid file of its own (pm.master.pid-file).", null);
		}
		if (key == null || !key.equals(key(file))) {
			channel.close();
			return null;
		}
		if (!content.matches("[0-9]*")) {
			channel.close();
			throw refused(file, "there is something else in it than a process id", ANOTHER_FILE, null);
		}
		String pid = Long.toString(ProcessHandle.current().pid());
		MasterLock.write(channel, pid + "\n");
		return new Held(file.toRealPath(), key, channel, pid);
	}

	/** Removes the file if it still holds this process's id, and unlocks it. */
	@Override
	public void close() {
		this.closed = true;
		try {
			this.held.release();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The file that is locked.
	 *
	 * @param place where it was written
	 * @param key what tells it from any that comes in its place
	 * @param channel by which it is locked
	 * @param pid what was written
	 */
	private record Held(Path place, Object key, FileChannel channel, String pid) {

		void release() throws IOException {
			if (!this.channel.isOpen()) {
				return;
			}
			try (FileChannel open = this.channel) {
				if (this.key.equals(PidFile.key(this.place)) && this.pid.equals(MasterLock.read(open))) {
					Files.delete(this.place);
				}
			}
			catch (StartFailedException ex) {
				// Something else has taken its place.
			}
		}

	}

}
