package io.pmboot.process;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The application as one generation of one group runs it.
 *
 * @param folder where it lies
 * @param jar the jar in it that is started
 * @param files its files by their path in it, and what tells each from any other
 * @param launcher the class of Boot's loader that starts the jar, or {@code null} where
 * it was extracted, and needs none
 * @param digest tells the content of what it was copied from from any other
 */
record GenerationCopy(Path folder, String jar, Map<String, String> files, @Nullable String launcher, String digest) {

	private static final String FILE = "file.";

	/**
	 * How to start it.
	 * @param mainClass another main class than its own, or {@code null}
	 * @return the form
	 */
	LaunchForm form(@Nullable String mainClass) {
		String path = this.folder.resolve(this.jar).toString();
		return (mainClass != null) ? LaunchForm.ofClass(List.of("-cp", path), this.launcher, mainClass)
				: LaunchForm.ofJar(path);
	}

	/**
	 * What has become of it. Others may have deleted files, written into them, or put
	 * their own in place.
	 * @return what is wrong with it, or {@code null} where it is as it was made
	 */
	@Nullable String damage() {
		Map<String, String> found;
		try {
			found = Files.isDirectory(this.folder, LinkOption.NOFOLLOW_LINKS) ? identities(this.folder) : Map.of();
		}
		catch (IOException | UncheckedIOException ex) {
			return "cannot be read any more (%s)".formatted(ex.getMessage());
		}
		for (Map.Entry<String, String> file : this.files.entrySet()) {
			String identity = found.get(file.getKey());
			if (identity == null) {
				return "is not complete any more (%s is missing in %s)".formatted(file.getKey(), this.folder);
			}
			if (!identity.equals(file.getValue())) {
				return "was changed by somebody (%s in %s)".formatted(file.getKey(), this.folder);
			}
		}
		return (found.size() == this.files.size()) ? null
				: "was changed by somebody (files were added in %s)".formatted(this.folder);
	}

	/**
	 * Writes beside the folder what the copy is, for a JVM's second start of itself.
	 * @throws IOException where that fails
	 */
	void write() throws IOException {
		Properties description = new Properties();
		description.setProperty("jar", this.jar);
		this.files.forEach((file, identity) -> description.setProperty(FILE + file, identity));
		if (this.launcher != null) {
			description.setProperty("launcher", this.launcher);
		}
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
		Map<String, String> files = new TreeMap<>();
		description.stringPropertyNames()
			.stream()
			.filter((name) -> name.startsWith(FILE))
			.forEach((name) -> files.put(name.substring(FILE.length()), description.getProperty(name)));
		return new GenerationCopy(folder, description.getProperty("jar"), files, description.getProperty("launcher"),
				description.getProperty("digest"));
	}

	private static Path description(Path folder) {
		return folder.resolveSibling(folder.getFileName() + ".properties");
	}

	/**
	 * What tells the files of a folder from all others, short of their content.
	 * @param folder the folder
	 * @return inode, owner, size and time, by the path in the folder
	 * @throws IOException where one cannot be looked at
	 */
	static Map<String, String> identities(Path folder) throws IOException {
		Map<String, String> identities = new TreeMap<>();
		for (Path file : files(folder)) {
			Map<String, Object> attributes = Files.readAttributes(file, "unix:ino,uid,size,lastModifiedTime",
					LinkOption.NOFOLLOW_LINKS);
			identities.put(folder.relativize(file).toString(), "%s %s %s %d".formatted(attributes.get("ino"),
					attributes.get("uid"), attributes.get("size"),
					((FileTime) Objects.requireNonNull(attributes.get("lastModifiedTime"))).to(TimeUnit.NANOSECONDS)));
		}
		return identities;
	}

	static List<Path> files(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter(Files::isRegularFile).toList();
		}
	}

}
