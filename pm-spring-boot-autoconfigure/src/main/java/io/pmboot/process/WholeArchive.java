package io.pmboot.process;

import java.io.IOException;
import java.io.InputStream;
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

	private WholeArchive() {
	}

	/**
	 * Reads an archive to its end.
	 * @param path the archive
	 * @throws IOException where something in it is broken, saying what
	 */
	static void check(Path path) throws IOException {
		byte[] buffer = new byte[64 * 1024];
		try (ZipFile zip = new ZipFile(path.toFile())) {
			for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
				check(zip, entries.nextElement(), buffer);
			}
		}
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
