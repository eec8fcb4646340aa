package io.pmboot.env;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The lane of this JVM among those that may have the same slot at the same time:
 * predecessor and successor in a reload, and the orphan of a master that was killed. No
 * two of them have the same number, so that a file name that contains it is this JVM's
 * alone. The number is held by a lock of the operating system until the JVM ends, however
 * it ends.
 */
final class FileLane {

	private static final Map<Path, Lane> taken = new HashMap<>();

	private FileLane() {
	}

	/**
	 * Takes the smallest lane of a slot that is free, or returns the one that this JVM
	 * has of it. May be called on any thread.
	 * @param runDirectory the master's run directory
	 * @param group the group's name
	 * @param index the slot
	 * @return the number of the lane, from 0; 0 unless another JVM has the slot too
	 * @throws IOException where a lock file cannot be written
	 */
	static int take(Path runDirectory, String group, int index) throws IOException {
		Path slot = runDirectory.toRealPath().resolve(group + "-" + index);
		// Locks belong to the process: a file that is locked must not be opened and
		// closed here a second time, which would free it.
		synchronized (taken) {
			Lane lane = taken.get(slot);
			if (lane == null) {
				lane = lock(slot);
				taken.put(slot, lane);
			}
			return lane.number();
		}
	}

	private static Lane lock(Path slot) throws IOException {
		for (int number = 0;; number++) {
			Path file = slot.resolveSibling(slot.getFileName() + ".lane" + number);
			FileChannel channel = FileChannel.open(file,
					EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
			boolean locked = false;
			try {
				locked = channel.tryLock() != null;
			}
			finally {
				if (!locked) {
					channel.close();
				}
			}
			if (locked) {
				return new Lane(number, channel);
			}
		}
	}

	/**
	 * A lane of this JVM.
	 *
	 * @param number its number
	 * @param channel holds the lock as long as it is open
	 */
	private record Lane(int number, FileChannel channel) {
	}

}
