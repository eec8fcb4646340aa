package io.pmboot.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.jspecify.annotations.Nullable;

/**
 * Makes one copy of an executable jar or war.
 *
 * @param java the java executable that extracts it
 */
record Copying(Path java) {

	/** The folder, in the one to work in, that has the copy in the end. */
	static final String APPLICATION = "application";

	private static final Duration EXTRACTION = Duration.ofSeconds(120);

	private static final int MAX_OUTPUT = 2000;

	/**
	 * Reads an archive, which takes as long as whatever holds it likes: a mount that
	 * hangs never answers.
	 * @param source the archive
	 * @param unfinished an empty folder to work in
	 * @return a copy of it, as it is
	 * @throws IOException where it cannot be read, with the reason
	 */
	static Path read(Path source, Path unfinished) throws IOException {
		Path archive = Files.createDirectory(unfinished.resolve("archive")).resolve(source.getFileName());
		// To open a pipe waits for somebody who writes.
		if (Files.exists(source) && !Files.isRegularFile(source)) {
			throw new IOException("it is not a regular file");
		}
		Files.copy(source, archive, StandardCopyOption.COPY_ATTRIBUTES);
		return archive;
	}

	/**
	 * Makes a copy to start from of an archive that has been read. Looks at nothing else:
	 * the source may change under its eyes.
	 * @param archive the archive as it was read
	 * @param unfinished the folder to work in
	 * @param folder where the copy is to lie in the end
	 * @param others copies to share files with, as far as they are what they were
	 * @return the copy, or {@code null} where Boot did not make the archive
	 * @throws IOException where it cannot be copied, with the reason
	 */
	@Nullable GenerationCopy copy(Path archive, Path unfinished, Path folder, Collection<GenerationCopy> others)
			throws IOException {
		Path application = unfinished.resolve(APPLICATION);
		List<GenerationCopy> intact = others.stream().filter((other) -> other.damage() == null).toList();
		String digest = digest(archive);
		for (GenerationCopy other : intact) {
			if (other.digest().equals(digest) && other.jar().equals(archive.getFileName().toString())) {
				linkAll(other.folder(), application);
				return new GenerationCopy(folder, other.jar(), GenerationCopy.identities(application), other.launcher(),
						digest);
			}
		}
		WholeArchive.check(archive);
		ApplicationJar jar = ApplicationJar.read(archive);
		if (jar.launcher() == null) {
			return null;
		}
		String problem = jar.problem("it");
		if (problem != null) {
			throw new IOException(problem);
		}
		boolean extracted = jar.extractable();
		if (extracted) {
			extract(archive, application, unfinished.resolve("log"));
			for (GenerationCopy other : intact) {
				linkEqual(application, other.folder());
			}
		}
		else {
			Files.move(archive.getParent(), application);
		}
		return new GenerationCopy(folder, archive.getFileName().toString(), GenerationCopy.identities(application),
				extracted ? null : jar.launcher(), digest);
	}

	/**
	 * What tells the content of a file from any other.
	 * @param file the file
	 * @return its digest
	 * @throws IOException where it cannot be read
	 */
	static String digest(Path file) throws IOException {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			try (InputStream content = new DigestInputStream(Files.newInputStream(file), digest)) {
				content.transferTo(OutputStream.nullOutputStream());
			}
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JVM has SHA-256", ex);
		}
	}

	// By the tools that are in it. JVMs start more quickly from a jar beside its
	// libraries, and libraries that did not change can be shared.
	private void extract(Path jar, Path destination, Path log) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(
				List.of(this.java.toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m",
						"-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", destination.toString()));
		// Agents and debuggers are for the application.
		JvmOptions.VARIABLES.forEach(builder.environment()::remove);
		// That of the master may be gone, and no JVM starts there.
		Process process = builder.directory(jar.resolveSibling("").toFile())
			.redirectInput(Redirect.from(new File("/dev/null")))
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			if (!process.waitFor(EXTRACTION.toSeconds(), TimeUnit.SECONDS)) {
				throw new IOException("its own tools did not extract it within %d s".formatted(EXTRACTION.toSeconds()));
			}
			if (process.exitValue() != 0 || !Files.isRegularFile(destination.resolve(jar.getFileName()))) {
				String output = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
				throw new IOException("its own tools could not extract it (exit code %d): %s"
					.formatted(process.exitValue(), output.substring(0, Math.min(output.length(), MAX_OUTPUT))));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("the master stops", ex);
		}
		finally {
			process.destroyForcibly();
		}
	}

	// Files that are equal share their content on the disk, and in the system's cache.
	private static void linkAll(Path from, Path to) throws IOException {
		for (Path file : GenerationCopy.files(from)) {
			Path link = to.resolve(from.relativize(file).toString());
			Files.createDirectories(link.getParent());
			if (!link(link, file)) {
				Files.copy(file, link, StandardCopyOption.COPY_ATTRIBUTES);
			}
		}
	}

	// The same in place, content and time, on which caches of classes rely.
	private static void linkEqual(Path folder, Path other) throws IOException {
		for (Path file : GenerationCopy.files(folder)) {
			Path same = other.resolve(folder.relativize(file).toString());
			if (Files.isRegularFile(same) && !Files.isSameFile(file, same)
					&& Files.getLastModifiedTime(file).equals(Files.getLastModifiedTime(same))
					&& Files.mismatch(file, same) < 0) {
				Path link = file.resolveSibling(file.getFileName() + ".link");
				if (!link(link, same)) {
					return;
				}
				Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
			}
		}
	}

	private static boolean link(Path link, Path existing) {
		try {
			Files.createLink(link, existing);
			return true;
		}
		catch (IOException | UnsupportedOperationException ex) {
			// Not every file system has links.
			return false;
		}
	}

	/**
	 * Whether a jar is all there: one that is still being written, or was cut short, has
	 * no directory at its end or entries that are not what it says.
	 */
	private static final class WholeArchive {

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
			try (ZipFile zip = new ZipFile(path.toFile())) {
				for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
					check(zip, entries.nextElement());
				}
			}
		}

		// The JDK takes what is cut short inside a nested jar for that jar, with more
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
		private static void check(ZipFile zip, ZipEntry entry) throws IOException {
			CRC32 sum = new CRC32();
			try (InputStream content = new CheckedInputStream(zip.getInputStream(entry), sum)) {
				content.transferTo(OutputStream.nullOutputStream());
			}
			catch (IOException ex) {
				throw new IOException("its entry %s cannot be read: %s".formatted(entry.getName(), ex.getMessage()),
						ex);
			}
			if (sum.getValue() != entry.getCrc()) {
				throw new IOException("its entry %s is damaged".formatted(entry.getName()));
			}
		}

	}

}
