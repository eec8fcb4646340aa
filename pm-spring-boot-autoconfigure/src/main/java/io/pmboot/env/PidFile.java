package io.pmboot.env;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;

import io.pmboot.StartFailedException;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * The file that tells which process the master is. It is locked while the master lives,
 * however it ends, and goes with it when it ends in order.
 */
public final class PidFile extends LockHolder {

	private static final String ANOTHER_FILE = "Set pm.master.pid-file to a file of its own, which the master creates.";

	private final Path file;

	private PidFile(Path file, Lock lock) {
		super(lock, "The pid file was removed, or its path leads elsewhere, where it cannot be written: ");
		this.file = file;
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

	private static Lock take(Path file) throws IOException {
		if (Files.isSymbolicLink(file)) {
			throw refused(file, "it is a symbolic link", ANOTHER_FILE, null);
		}
		if (Files.exists(file) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
			throw refused(file, Files.isDirectory(file) ? "it is a directory" : "it is no regular file", ANOTHER_FILE,
					null);
		}
		Lock lock = lock(file, (holder) -> refused(file, "another master holds it" + holder,
				"Stop the other master first; or give this one a pid file of its own (pm.master.pid-file).", null));
		if (!lock.before().matches("[0-9]*")) {
			lock.channel().close();
			throw refused(file, "there is something else in it than a process id", ANOTHER_FILE, null);
		}
		lock.write(PID + "\n");
		return lock;
	}

	private static StartFailedException refused(Path file, String detail, String action, @Nullable Throwable cause) {
		return new StartFailedException("The pid file '%s' cannot be used: %s".formatted(file, detail), action, cause);
	}

	/**
	 * Writes the file where its path leads by now, if that is elsewhere, or if somebody
	 * removed it. A failure is logged, and tried again at the next call. Blocks; not to
	 * be called by two threads at a time.
	 */
	public void hold() {
		// A link that is being switched leads nowhere for a moment.
		if (Files.isDirectory(Objects.requireNonNull(this.file.getParent()))) {
			relock();
		}
	}

	@Override
	Lock again(Log logger) throws IOException {
		Lock lock = take(this.file);
		logger.info("The pid file is %s now".formatted(lock.place()));
		return lock;
	}

	/** Removes the file if it is still this one and holds this process's id. */
	@Override
	void leave(Lock lock) throws IOException {
		if (lock.isAt(lock.place()) && PID.equals(lock.content())) {
			Files.delete(lock.place());
		}
	}

}
