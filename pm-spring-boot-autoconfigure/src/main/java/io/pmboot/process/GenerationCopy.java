package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The application as one generation of one group runs it.
 *
 * @param folder where it lies
 * @param jar the jar in it that is started
 * @param files how many files it has
 * @param archive what the jar was copied from
 * @param digest tells the content of that from any other
 */
record GenerationCopy(Path folder, String jar, int files, BootArchive archive, String digest) {

	/**
	 * How to start it.
	 * @param mainClass another main class than its own, or {@code null}
	 * @return the form
	 * @throws IOException where a part of it is missing
	 */
	LaunchForm form(@Nullable String mainClass) throws IOException {
		if (!Files.isDirectory(this.folder) || files(this.folder).size() != this.files) {
			throw new IOException(
					"the copy of the application that this generation runs from is not complete any more (%s); a reload makes a new one"
						.formatted(this.folder));
		}
		String path = this.folder.resolve(this.jar).toString();
		if (mainClass == null) {
			return new LaunchForm(List.of(), List.of("-jar", path));
		}
		return new LaunchForm(List.of("-cp", path), this.archive.extractable() ? List.of(mainClass)
				: BootLoader.program(this.archive.launcher(), mainClass));
	}

	static List<Path> files(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter(Files::isRegularFile).toList();
		}
	}

}
