package io.pmboot.env;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.pmboot.env.RunDirectory.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The file by which one master holds a run directory. The lock is the system's, which
 * takes it back however the master ends; the file has the master's pid in it while the
 * master lives, and nothing after an orderly end.
 */
final class MasterLock implements Closeable {

	private static final String FILE = "master.lock";

	/**
	 * To close a file gives up every lock that this process has on it, and the garbage
	 * collector closes what nobody refers to.
	 */
	private static final Queue<FileChannel> HELD_BY_OTHERS_OF_THIS_JVM = new ConcurrentLinkedQueue<>();

	private final Path file;

	private final FileChannel channel;

	/** What tells the file from any that comes in its place. */
	private final @Nullable Object key;

	private final boolean previousMasterDied;

	private MasterLock(Path file, FileChannel channel, @Nullable Object key, boolean previousMasterDied) {
		this.file = file;
		this.channel = channel;
		this.key = key;
		this.previousMasterDied = previousMasterDied;
	}

	static MasterLock take(Path directory) {
		Path file = directory.resolve(FILE);
		try {
			// Not closed unless it has the lock: another master in this JVM may hold it
			FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
					StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
			boolean locked = lock(channel) != null;
			String pid = read(channel);
			if (!locked) {
				throw Problem.IN_USE.of(directory, "another master uses it" + (pid.isEmpty() ? "" : ", process " + pid),
						null);
			}
			write(channel, Long.toString(ProcessHandle.current().pid()));
			// A file that was removed in this moment is missed at the next look.
			return new MasterLock(file, channel, key(file), !pid.isEmpty());
		}
		catch (IOException ex) {
			throw Problem.UNUSABLE.of(directory, ex.toString(), ex);
		}
	}

	static @Nullable FileLock lock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			HELD_BY_OTHERS_OF_THIS_JVM.add(channel);
			return null;
		}
	}

	static String read(FileChannel channel) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(20);
		channel.read(buffer, 0);
		return StandardCharsets.US_ASCII.decode(buffer.flip()).toString().trim();
	}

	static void write(FileChannel channel, String text) throws IOException {
		channel.truncate(0);
		channel.write(StandardCharsets.US_ASCII.encode(text), 0);
	}

	private static @Nullable Object key(Path file) {
		try {
			return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * Whether a second master would meet this lock: its file may have been removed or
	 * replaced.
	 * @return whether it would
	 */
	boolean isInPlace() {
		return this.key != null && this.key.equals(key(this.file));
	}

	boolean previousMasterDied() {
		return this.previousMasterDied;
	}

	@Override
	public void close() throws IOException {
		if (this.channel.isOpen()) {
			write(this.channel, "");
			this.channel.close();
		}
	}

}
