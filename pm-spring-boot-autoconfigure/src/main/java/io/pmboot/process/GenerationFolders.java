package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.FileSystemUtils;

/**
 * Where the copies lie in the run directory: by the process that made them, so that no
 * master meets what another has left.
 */
final class GenerationFolders {

	private static final Log logger = LogFactory.getLog(GenerationFolders.class);

	private final Path all;

	private final Path own;

	GenerationFolders(Path runDirectory) {
		this.all = runDirectory.resolve("generations");
		this.own = this.all.resolve(Long.toString(ProcessHandle.current().pid()));
	}

	Path of(ArchiveCopies.Key key) {
		return this.own.resolve(key.group()).resolve(Integer.toString(key.generation()));
	}

	/**
	 * What processes made that have ended.
	 * @return their folders
	 */
	List<Path> leftOvers() {
		return children(this.all).stream()
			.filter((folder) -> !folder.equals(this.own) && !isOfLivingProcess(folder))
			.toList();
	}

	// A master that is about to be refused, for instance.
	private static boolean isOfLivingProcess(Path folder) {
		String pid = folder.getFileName().toString();
		return pid.matches("[0-9]{1,9}") && ProcessHandle.of(Long.parseLong(pid)).isPresent();
	}

	void removeAllBut(String group) {
		children(this.own).stream()
			.filter((folder) -> !folder.getFileName().toString().equals(group))
			.forEach(GenerationFolders::delete);
	}

	void removeAll() {
		delete(this.own);
		if (children(this.all).isEmpty()) {
			delete(this.all);
		}
	}

	static void delete(Path folder) {
		try {
			FileSystemUtils.deleteRecursively(folder);
		}
		catch (IOException ex) {
			logger.warn("A copy of the application that nobody uses could not be removed: " + folder, ex);
		}
	}

	private static List<Path> children(Path folder) {
		if (!Files.isDirectory(folder)) {
			return List.of();
		}
		try (Stream<Path> children = Files.list(folder)) {
			return children.toList();
		}
		catch (IOException ex) {
			logger.warn("The copies of the application cannot be listed: " + folder, ex);
			return List.of();
		}
	}

}
