package io.pmboot.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import org.springframework.util.FileSystemUtils;

/**
 * A copy of the JDK that runs the tests, to be updated as a package manager does it: each
 * file is written anew and renamed. Links to what a JVM does not find its home by.
 */
public final class PrivateJdk implements AutoCloseable {

	private static final Set<String> NOT_NEEDED = Set.of("jmods", "legal", "man", "include", "docs", "src.zip");

	// By their paths a JVM tells where its home is.
	private static final Set<String> COPIED = Set.of("java", "libjli.so", "libjvm.so", "libjava.so", "jspawnhelper");

	private static final String HELPER = "lib/jspawnhelper";

	private final Path home;

	private PrivateJdk(Path home) {
		this.home = home;
	}

	public static PrivateJdk create(Path folder) throws IOException {
		Path original = Path.of(System.getProperty("java.home"));
		Files.walkFileTree(original, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
					throws IOException {
				if (NOT_NEEDED.contains(directory.getFileName().toString())) {
					return FileVisitResult.SKIP_SUBTREE;
				}
				Files.createDirectories(folder.resolve(original.relativize(directory)));
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Path target = folder.resolve(original.relativize(file));
				if (COPIED.contains(file.getFileName().toString())) {
					Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
				}
				else if (!NOT_NEEDED.contains(file.getFileName().toString())) {
					Files.createSymbolicLink(target, file);
				}
				return FileVisitResult.CONTINUE;
			}

		});
		return new PrivateJdk(folder);
	}

	public Path java() {
		return this.home.resolve("bin/java");
	}

	/**
	 * Its helper for forks is of a build that refuses this one from now on.
	 * @return the one that did not
	 */
	public Path refuseToSpawn() throws IOException {
		Path old = Files.move(this.home.resolve(HELPER), this.home.resolve("old-helper"));
		Path helper = this.home.resolve("new-helper");
		Files.writeString(helper, "#!/bin/sh\necho 'Incorrect Java version' >&2\nexit 1\n");
		Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
		replace(helper, HELPER);
		return old;
	}

	public void spawnAgain(Path helper) throws IOException {
		replace(helper, HELPER);
	}

	public void updateJava() throws IOException {
		Path java = this.home.resolve("new-java");
		Files.copy(java(), java, StandardCopyOption.COPY_ATTRIBUTES);
		replace(java, "bin/java");
	}

	private void replace(Path file, String name) throws IOException {
		Files.move(file, this.home.resolve(name), StandardCopyOption.ATOMIC_MOVE);
	}

	@Override
	public void close() throws IOException {
		FileSystemUtils.deleteRecursively(this.home);
	}

}
