package io.pmboot.process;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file from which the java launcher takes arguments that are too long for a command
 * line.
 */
final class ArgumentFile {

	private ArgumentFile() {
	}

	static void write(Path file, List<String> arguments) throws IOException {
		byte[] content = arguments.stream()
			.map(ArgumentFile::quote)
			.collect(Collectors.joining("\n", "", "\n"))
			.getBytes(launcherCharset());
		try {
			// One may be left over from a master that was killed.
			Files.deleteIfExists(file);
			Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
			Files.write(file, content);
		}
		catch (IOException ex) {
			throw new IOException("its command line is too long, and the argument file '%s' cannot be written (%s)"
				.formatted(file, ex), ex);
		}
	}

	static String quote(String argument) {
		StringBuilder quoted = new StringBuilder("\"");
		for (char character : argument.toCharArray()) {
			switch (character) {
				case '"', '\\' -> quoted.append('\\').append(character);
				case '\n' -> quoted.append("\\n");
				case '\r' -> quoted.append("\\r");
				case '\t' -> quoted.append("\\t");
				case '\f' -> quoted.append("\\f");
				default -> quoted.append(character);
			}
		}
		return quoted.append('"').toString();
	}

	// The launcher passes the bytes on, and the JVM reads them as it reads its command
	// line.
	private static Charset launcherCharset() {
		return Charset.forName(System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));
	}

}
