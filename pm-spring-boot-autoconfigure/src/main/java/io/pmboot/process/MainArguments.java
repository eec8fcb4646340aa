package io.pmboot.process;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The arguments that this JVM's main method was called with, whatever it makes of them
 * before it runs the application.
 */
final class MainArguments {

	private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

	private MainArguments() {
	}

	/**
	 * Reads them.
	 * @param program {@code -jar} and the jar, or the main class, that starts the
	 * application
	 * @param received what the application was run with
	 * @return the arguments; what the application was run with where they cannot be told,
	 * such as where an argument file names the main class
	 */
	static List<String> read(List<String> program, List<String> received) {
		try {
			Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
			String line = new String(Files.readAllBytes(COMMAND_LINE), charset);
			return of(List.of(line.split("\0", -1)), program, System.getProperty("sun.java.command", ""), received);
		}
		catch (IOException | IllegalArgumentException ex) {
			return received;
		}
	}

	/**
	 * Finds them in a command line, in which options of the JVM come first.
	 * @param line the command line, with an empty string after its last argument
	 * @param program as above
	 * @param command the program and its arguments, joined by blanks, as the JVM has it
	 * @param received what they are where they cannot be found
	 * @return the arguments
	 */
	static List<String> of(List<String> line, List<String> program, String command, List<String> received) {
		List<String> words = line.subList(0, line.size() - 1);
		String name = program.get(program.size() - 1);
		// No two ends of the line have the same length
		for (int i = 1; i < words.size(); i++) {
			List<String> end = words.subList(i, words.size());
			if (end.get(0).equals(name) && String.join(" ", end).equals(command)) {
				return List.copyOf(end.subList(1, end.size()));
			}
		}
		return received;
	}

}
