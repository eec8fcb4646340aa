package io.pmboot.env;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.pmboot.env.RunDirectoryException.Reason;
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

	private final FileChannel channel;

	private final boolean previousMasterDied;

	private MasterLock(FileChannel channel, boolean previousMasterDied) {
		this.channel = channel;
		this.previousMasterDied = previousMasterDied;
	}

	static MasterLock take(Path directory) {
		try {
			// Not closed unless it has the lock: another master in this JVM may hold it
			FileChannel channel = FileChannel.open(directory.resolve(FILE), Set.of(StandardOpenOption.CREATE,
					StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
			boolean locked = lock(channel) != null;
			String pid = read(channel);
			if (!locked) {
				throw new RunDirectoryException(directory, Reason.IN_USE,
						"another master uses it" + (pid.isEmpty() ? "" : ", process " + pid), null);
			}
			write(channel, Long.toString(ProcessHandle.current().pid()));
			return new MasterLock(channel, !pid.isEmpty());
		}
		catch (IOException ex) {
			throw new RunDirectoryException(directory, Reason.UNUSABLE, ex.toString(), ex);
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
