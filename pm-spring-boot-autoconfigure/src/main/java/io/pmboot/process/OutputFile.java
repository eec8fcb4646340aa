package io.pmboot.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The file that a standard stream leads to, by its name. A process keeps writing to a
 * file that was renamed, as a rotation of logs does it; here the file that has the name
 * by now is written to. One that was cut to nothing is opened again as well, because only
 * a stream that appends goes on at its beginning.
 */
final class OutputFile {

	/** Whoever renames a file usually makes the next one himself, with its own rights. */
	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private static final Log logger = LogFactory.getLog(OutputFile.class);

	private final Path path;

	private final Duration patience;

	private final FileAttribute<Set<PosixFilePermission>> mode;

	/** Tells the file that is written to from others. */
	private @Nullable Object key;

	private long size;

	private long missingSince;

	private boolean missing;

	private boolean warned;

	private @Nullable OutputStream opened;

	OutputFile(Path path, Duration patience) throws IOException {
		this.path = path;
		this.patience = patience;
		this.mode = PosixFilePermissions.asFileAttribute(Files.getPosixFilePermissions(path));
		this.key = read().fileKey();
	}

	/**
	 * The file to which a descriptor of this JVM leads.
	 * @param descriptor 1 for standard output, 2 for standard error
	 * @return the file, or {@code null} where it leads to none that has a name
	 */
	static @Nullable OutputFile of(int descriptor) {
		Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
		try {
			Path path = Files.readSymbolicLink(link);
			if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.isSameFile(path, link)) {
				return new OutputFile(path, PATIENCE);
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("It is not known where descriptor " + descriptor + " leads", ex);
		}
		return null;
	}

	/**
	 * What is to be written to from now on. To be called between two lines.
	 * @param length how many bytes are written next
	 * @return the file that has the name, once it has been opened anew, otherwise
	 * {@code null}
	 */
	synchronized @Nullable OutputStream current(int length) {
		try {
			BasicFileAttributes now = read();
			this.missing = false;
			// What is opened here appends, and goes on where it was cut.
			boolean cut = this.opened == null && now.size() < this.size;
			if (cut || !Objects.equals(now.fileKey(), this.key)) {
				open(now);
			}
			this.size = now.size() + length;
			this.warned = false;
		}
		catch (NoSuchFileException ex) {
			awaitNext();
		}
		catch (IOException | RuntimeException ex) {
			warn(ex);
		}
		return this.opened;
	}

	private void awaitNext() {
		if (!this.missing) {
			this.missing = true;
			this.missingSince = System.nanoTime();
		}
		else if (System.nanoTime() - this.missingSince >= this.patience.toNanos()) {
			try {
				open(null);
			}
			catch (IOException | RuntimeException ex) {
				warn(ex);
			}
		}
	}

	private void open(@Nullable BasicFileAttributes there) throws IOException {
		if (there != null && !there.isRegularFile()) {
			throw new IOException("it is no regular file any more");
		}
		OutputStream next = Channels.newOutputStream(Files.newByteChannel(this.path, Set.of(StandardOpenOption.CREATE,
				StandardOpenOption.APPEND, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS), this.mode));
		OutputStream last = this.opened;
		this.opened = next;
		// That of before: where it has been replaced meanwhile, it is opened once more.
		this.key = (there != null) ? there.fileKey() : null;
		this.size = 0;
		if (last != null) {
			last.close();
		}
	}

	private BasicFileAttributes read() throws IOException {
		return Files.readAttributes(this.path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
	}

	private void warn(Exception ex) {
		if (!this.warned) {
			this.warned = true;
			logger.warn(("%s was renamed or replaced, and cannot be opened anew: %s. Output goes on to the old file. "
					+ "Let what rotates it make the new one for the user of this process, or cut the old one (copytruncate).")
				.formatted(this.path, ex));
		}
	}

}
