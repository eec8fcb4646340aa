package io.pmboot.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Turns an executable jar into a jar beside its libraries, by the tools that are in it:
 * JVMs start more quickly from that, and libraries that did not change can be shared.
 */
final class Extraction {

	private static final Duration LIMIT = Duration.ofSeconds(120);

	private static final int MAX_OUTPUT = 2000;

	private final Path java;

	Extraction(Path java) {
		this.java = java;
	}

	/**
	 * Extracts a jar.
	 * @param jar the jar
	 * @param destination a folder that does not exist yet
	 * @param log a file for what the tools print
	 * @throws IOException where that fails, with what they printed
	 */
	void extract(Path jar, Path destination, Path log) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(
				List.of(this.java.toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m",
						"-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", destination.toString()));
		// Agents and debuggers are for the application.
		OptionsVariable.NAMES.forEach(builder.environment()::remove);
		// That of the master may be gone, and no JVM starts there.
		Process process = builder.directory(jar.getParent().toFile())
			.redirectInput(Redirect.from(new File("/dev/null")))
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
				throw new IOException("its own tools did not extract it within %d s".formatted(LIMIT.toSeconds()));
			}
			if (process.exitValue() != 0 || !Files.isRegularFile(destination.resolve(jar.getFileName()))) {
				throw new IOException("its own tools could not extract it (exit code %d): %s"
					.formatted(process.exitValue(), text(log)));
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

	private static String text(Path log) throws IOException {
		String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
		return (text.length() > MAX_OUTPUT) ? text.substring(0, MAX_OUTPUT) : text;
	}

}
