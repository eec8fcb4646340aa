package io.pmboot.process;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
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

	/**
	 * Writes beside the folder what the copy is, for a JVM's second start of itself.
	 * @throws IOException where that fails
	 */
	void write() throws IOException {
		Properties description = new Properties();
		description.setProperty("jar", this.jar);
		description.setProperty("files", Integer.toString(this.files));
		description.setProperty("launcher", this.archive.launcher());
		description.setProperty("extractable", Boolean.toString(this.archive.extractable()));
		description.setProperty("digest", this.digest);
		try (Writer writer = Files.newBufferedWriter(description(this.folder))) {
			description.store(writer, null);
		}
	}

	/**
	 * Reads what was written.
	 * @param folder the folder
	 * @return the copy, or {@code null} where none is described there
	 */
	static @Nullable GenerationCopy read(Path folder) {
		Properties description = new Properties();
		try (Reader reader = Files.newBufferedReader(description(folder))) {
			description.load(reader);
		}
		catch (IOException ex) {
			return null;
		}
		BootArchive archive = new BootArchive(description.getProperty("launcher"),
				Boolean.parseBoolean(description.getProperty("extractable")));
		return new GenerationCopy(folder, description.getProperty("jar"),
				Integer.parseInt(description.getProperty("files")), archive, description.getProperty("digest"));
	}

	private static Path description(Path folder) {
		return folder.resolveSibling(folder.getFileName() + ".properties");
	}

	static List<Path> files(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter(Files::isRegularFile).toList();
		}
	}

}
