package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The directory in which this JVM was started, by the path that its user knows: with
 * {@code cd current} that is the link, which leads to another release after a deploy.
 * Where it leads is looked at anew each time.
 *
 * @param logical that path
 * @param physical the directory to which it led at first
 */
public record WorkingDirectory(Path logical, Path physical) {

	/** In which a shell names it to what it starts. */
	static final String VARIABLE = "PWD";

	/**
	 * The one of this JVM. To be called early: a link may be switched later on.
	 * @return the path in the variable {@code PWD}, where it names the directory that
	 * this JVM is in; otherwise the path that the system knows
	 */
	public static WorkingDirectory current() {
		return of(System.getenv(VARIABLE));
	}

	static WorkingDirectory of(@Nullable String variable) {
		Path physical = Path.of("").toAbsolutePath();
		Path logical = (variable != null && variable.startsWith("/")) ? Path.of(variable) : physical;
		try {
			return new WorkingDirectory(Files.isSameFile(logical, physical) ? logical : physical, physical);
		}
		catch (IOException ex) {
			return new WorkingDirectory(physical, physical);
		}
	}

	/**
	 * Resolves a path.
	 * @param path a path
	 * @return that path, where it is absolute; otherwise as seen from here
	 */
	public Path resolve(Path path) {
		return this.logical.resolve(path);
	}

	/**
	 * A directory in which a process can be started.
	 * @param otherwise another that exists
	 * @return this one; where it is gone, the one to which its path led at first, then
	 * the other
	 */
	Path existing(Path otherwise) {
		return Stream.of(this.logical, this.physical).filter(Files::isDirectory).findFirst().orElse(otherwise);
	}

	boolean isAt(Path directory) {
		return this.logical.equals(directory);
	}

	@Override
	public String toString() {
		return this.logical.toString();
	}

}
