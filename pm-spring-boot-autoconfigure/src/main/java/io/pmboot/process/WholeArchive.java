package io.pmboot.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Whether a jar is all there: one that is still being written, or was cut short, has no
 * directory at its end or entries that are not what it says.
 */
final class WholeArchive {

	private static final String CUT_SHORT = "it has no end: it was cut short, or is still being written";

	private static final int ENTRY = 0x04034b50;

	private static final int END = 0x06054b50;

	private static final int END_LENGTH = 22;

	private static final int MAX_COMMENT = 65535;

	private WholeArchive() {
	}

	/**
	 * Reads an archive to its end.
	 * @param path the archive
	 * @throws IOException where something in it is broken, saying what
	 */
	static void check(Path path) throws IOException {
		checkEnd(path);
		byte[] buffer = new byte[64 * 1024];
		try (ZipFile zip = new ZipFile(path.toFile())) {
			for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
				check(zip, entries.nextElement(), buffer);
			}
		}
	}

	// The JDK takes what is cut short inside a nested jar for that jar, with something
	// before or behind it.
	private static void checkEnd(Path path) throws IOException {
		try (FileChannel file = FileChannel.open(path)) {
			int length = (int) Math.min(file.size(), END_LENGTH + MAX_COMMENT);
			ByteBuffer tail = read(file, file.size() - length, length);
			for (int end = length - END_LENGTH; end >= 0; end--) {
				if (tail.getInt(end) == END && end + END_LENGTH + unsigned(tail, end + 20) == length) {
					checkStart(file, file.size() - length + end, tail, end);
					return;
				}
			}
		}
		throw new IOException(CUT_SHORT);
	}

	// A script may precede an archive; an entry does not.
	private static void checkStart(FileChannel file, long position, ByteBuffer tail, int end) throws IOException {
		long size = Integer.toUnsignedLong(tail.getInt(end + 12));
		long offset = Integer.toUnsignedLong(tail.getInt(end + 16));
		boolean large = unsigned(tail, end + 10) == 0xFFFF || offset == 0xFFFFFFFFL || size == 0xFFFFFFFFL;
		if (!large && position - size != offset && read(file, 0, 4).getInt(0) == ENTRY) {
			throw new IOException(CUT_SHORT);
		}
	}

	private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
		while (buffer.hasRemaining() && file.read(buffer, position + buffer.position()) >= 0) {
			// As often as it takes.
		}
		return buffer;
	}

	private static int unsigned(ByteBuffer buffer, int index) {
		return Short.toUnsignedInt(buffer.getShort(index));
	}

	// The JDK compares no checksum where a ZipFile is read.
	private static void check(ZipFile zip, ZipEntry entry, byte[] buffer) throws IOException {
		CRC32 sum = new CRC32();
		try (InputStream content = zip.getInputStream(entry)) {
			for (int length = content.read(buffer); length >= 0; length = content.read(buffer)) {
				sum.update(buffer, 0, length);
			}
		}
		catch (IOException ex) {
			throw new IOException("its entry %s cannot be read: %s".formatted(entry.getName(), ex.getMessage()), ex);
		}
		if (sum.getValue() != entry.getCrc()) {
			throw new IOException("its entry %s is damaged".formatted(entry.getName()));
		}
	}

}
