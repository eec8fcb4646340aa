package io.pmboot.env;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

import io.pmboot.StartFailedException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What one master holds by locking a file, which has the master's pid in it while the
 * master lives. The lock is the system's, which takes it back however the master ends.
 */
abstract sealed class LockHolder implements Closeable permits PidFile, RunDirectory {

	/**
	 * To close a file gives up every lock that this process has on it, and the garbage
	 * collector closes what nobody refers to.
	 */
	private static final Queue<FileChannel> HELD_BY_OTHERS_OF_THIS_JVM = new ConcurrentLinkedQueue<>();

	static final String PID = Long.toString(ProcessHandle.current().pid());

	private final Log logger = LogFactory.getLog(getClass());

	private final String lost;

	private volatile Lock lock;

	private volatile boolean closed;

	/** Why it could not be locked again at the last look, if it could not. */
	private @Nullable String trouble;

	LockHolder(Lock lock, String lost) {
		this.lock = lock;
		this.lost = lost;
	}

	/**
	 * Locks the file again where somebody removed or replaced it, or where its path leads
	 * elsewhere by now. A failure is logged, and tried again at the next call. Blocks;
	 * not to be called by two threads at a time.
	 */
	void relock() {
		Lock before = this.lock;
		if (this.closed || before.isAt(before.file())) {
			return;
		}
		try {
			this.lock = again(this.logger);
			release(before);
			if (this.closed) {
				close();
			}
			this.trouble = null;
		}
		catch (StartFailedException | IOException ex) {
			if (!ex.toString().equals(this.trouble)) {
				this.logger.warn(this.lost + ex.getMessage());
			}
			this.trouble = ex.toString();
		}
	}

	/** Locks the file once more, and logs that it did. */
	abstract Lock again(Log logger) throws IOException;

	/** Unlocks the file in order, as a master does at its end. */
	@Override
	public void close() {
		this.closed = true;
		try {
			release(this.lock);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void release(Lock lock) throws IOException {
		if (lock.channel().isOpen()) {
			try {
				leave(lock);
			}
			finally {
				lock.channel().close();
			}
		}
	}

	/** Leaves the file to whoever comes next, before it is unlocked. */
	abstract void leave(Lock lock) throws IOException;

	/**
	 * Locks a file, which is created where it is missing.
	 * @param file the file
	 * @param inUse makes an exception of who has it locked
	 * @return the lock
	 * @throws IOException where it cannot be opened
	 */
	static Lock lock(Path file, Function<String, StartFailedException> inUse) throws IOException {
		while (true) {
			Object key = key(file);
			// Not closed unless it has the lock: another one in this JVM may hold it
			FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
					StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
			boolean locked = lock(channel);
			String content = read(channel);
			if (!locked) {
				throw inUse.apply(content.isEmpty() ? "" : ", process " + content);
			}
			if (key != null && key.equals(key(file))) {
				return new Lock(file, file.toRealPath(), key, channel, content);
			}
			// It is not the one that was looked at: its last holder may have removed it.
			channel.close();
		}
	}

	private static boolean lock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock() != null;
		}
		catch (OverlappingFileLockException ex) {
			HELD_BY_OTHERS_OF_THIS_JVM.add(channel);
			return false;
		}
	}

	private static String read(FileChannel channel) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(20);
		channel.read(buffer, 0);
		return StandardCharsets.US_ASCII.decode(buffer.flip()).toString().trim();
	}

	// What tells the file from any that comes in its place; null where there is none.
	private static @Nullable Object key(Path file) throws IOException {
		try {
			return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/**
	 * A file that is locked.
	 *
	 * @param file its path
	 * @param place where that led
	 * @param key what tells it from any that comes in its place
	 * @param channel by which it is locked
	 * @param before what was in it
	 */
	record Lock(Path file, Path place, Object key, FileChannel channel, String before) {

		boolean isAt(Path path) {
			try {
				return this.key.equals(LockHolder.key(path));
			}
			catch (IOException ex) {
				return false;
			}
		}

		String content() throws IOException {
			return read(this.channel);
		}

		void write(String content) throws IOException {
			this.channel.truncate(0);
			this.channel.write(StandardCharsets.US_ASCII.encode(content), 0);
		}

	}

}
