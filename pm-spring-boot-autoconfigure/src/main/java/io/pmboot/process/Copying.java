package io.pmboot.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Makes one copy of an executable jar or war.
 */
final class Copying {

	/** The folder, in the one to work in, that has the copy in the end. */
	static final String APPLICATION = "application";

	private final Extraction extraction;

	Copying(Extraction extraction) {
		this.extraction = extraction;
	}

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
				FileLinks.all(other.folder(), application);
				return new GenerationCopy(folder, other.jar(), GenerationCopy.identities(application), other.archive(),
						digest);
			}
		}
		WholeArchive.check(archive);
		BootArchive form = BootArchive.of(archive);
		if (form == null) {
			return null;
		}
		String problem = ApplicationJar.problem(archive);
		if (problem != null) {
			throw new IOException(problem.replace(archive.toString(), "it"));
		}
		if (form.extractable()) {
			this.extraction.extract(archive, application, unfinished.resolve("log"));
			for (GenerationCopy other : intact) {
				FileLinks.equal(application, other.folder());
			}
		}
		else {
			Files.move(archive.getParent(), application);
		}
		return new GenerationCopy(folder, archive.getFileName().toString(), GenerationCopy.identities(application),
				form, digest);
	}

	/**
	 * What tells the content of a file from any other.
	 * @param file the file
	 * @return its digest
	 * @throws IOException where it cannot be read
	 */
	static String digest(Path file) throws IOException {
		try (InputStream content = Files.newInputStream(file)) {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			byte[] buffer = new byte[64 * 1024];
			for (int length = content.read(buffer); length >= 0; length = content.read(buffer)) {
				digest.update(buffer, 0, length);
			}
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JVM has SHA-256", ex);
		}
	}

}
