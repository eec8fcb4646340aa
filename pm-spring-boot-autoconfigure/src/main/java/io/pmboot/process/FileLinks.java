package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Lets files that are equal share their content on the disk, and in the system's cache.
 */
final class FileLinks {

	private FileLinks() {
	}

	/**
	 * Makes a folder that has every file of another.
	 * @param from the other
	 * @param to the folder, which does not exist yet
	 * @throws IOException where it cannot be made
	 */
	static void all(Path from, Path to) throws IOException {
		for (Path file : GenerationCopy.files(from)) {
			Path link = to.resolve(from.relativize(file).toString());
			Files.createDirectories(link.getParent());
			if (!link(link, file)) {
				Files.copy(file, link, StandardCopyOption.COPY_ATTRIBUTES);
			}
		}
	}

	/**
	 * Replaces files of a folder by those of another that are the same: in place, content
	 * and time, on which caches of classes rely.
	 * @param folder the folder
	 * @param other the other
	 * @throws IOException where one cannot be read
	 */
	static void equal(Path folder, Path other) throws IOException {
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

}
