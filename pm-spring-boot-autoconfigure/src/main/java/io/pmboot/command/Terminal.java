package io.pmboot.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where the command writes: for eyes, or into a file or a pipe.
 */
final class Terminal {

	private static final String ESCAPE = "\u001b[";

	private static final String GREEN = "32";

	private static final String YELLOW = "33";

	private static final String CYAN = "36";

	private static final String RED = "31";

	private static final Map<String, String> COLOURS = Map.ofEntries(Map.entry("READY", GREEN),
			Map.entry("RUNNING", GREEN), Map.entry("COMPLETED", GREEN), Map.entry("STARTING", YELLOW),
			Map.entry("RELOADING", YELLOW), Map.entry("STOPPED", YELLOW), Map.entry("CANCELLED", YELLOW),
			Map.entry("DRAINING", CYAN), Map.entry("GIVEN_UP", RED), Map.entry("FAILED", RED),
			Map.entry("ROLLED_BACK", RED));

	private final PrintStream out;

	private final PrintStream err;

	private final boolean interactive;

	private final boolean coloured;

	private int redrawn;

	Terminal(PrintStream out, PrintStream err, boolean interactive, boolean coloured) {
		this.out = out;
		this.err = err;
		this.interactive = interactive;
		this.coloured = coloured;
	}

	static Terminal current() {
		boolean interactive = isTerminal(1) && !"dumb".equals(System.getenv("TERM"));
		boolean coloured = interactive && Objects.requireNonNullElse(System.getenv("NO_COLOR"), "").isEmpty();
		return new Terminal(System.out, System.err, interactive, coloured);
	}

	// The JDK's Console is there on newer JDKs where there is no terminal.
	static boolean isTerminal(int descriptor) {
		try {
			String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
			return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Whether somebody looks, so that what is written may be written anew. */
	boolean isInteractive() {
		return this.interactive;
	}

	/** Whether nobody reads any more. */
	boolean isGone() {
		return this.out.checkError();
	}

	void line(String text) {
		this.out.println(text);
	}

	void error(String text) {
		this.out.flush();
		this.err.println(text);
	}

	/**
	 * Writes lines in place of those that were redrawn before; of one, its end is cut.
	 */
	void redraw(List<String> lines) {
		StringBuilder text = new StringBuilder(ESCAPE + "?7l");
		if (this.redrawn > 0) {
			text.append(ESCAPE).append(this.redrawn).append('A');
		}
		text.append('\r').append(ESCAPE).append('J');
		lines.forEach((line) -> text.append(line).append('\n'));
		this.out.print(text.append(ESCAPE).append("?7h"));
		this.out.flush();
		this.redrawn = lines.size();
	}

	/** Writes lines over all of a screen that {@link #openScreen} has opened. */
	void page(List<String> lines) {
		StringBuilder text = new StringBuilder();
		// A line that is below the last one of the screen comes in its place.
		for (int i = 0; i < lines.size(); i++) {
			text.append(ESCAPE).append(i + 1).append(";1H").append(lines.get(i)).append(ESCAPE).append('K');
		}
		this.out.print(text.append(ESCAPE).append('J'));
		this.out.flush();
	}

	/** Takes the whole screen, and remembers what is on it. */
	void openScreen() {
		this.out.print("%1$s?1049h%1$s?25l%1$s?7l".formatted(ESCAPE));
		this.out.flush();
	}

	/** Shows what was there before. */
	void closeScreen() {
		this.out.print("%1$s?7h%1$s?25h%1$s?1049l".formatted(ESCAPE));
		this.out.flush();
	}

	/** Gives a word of the status its colour. */
	String colour(String word, String padded) {
		String colour = this.coloured ? COLOURS.get(word) : null;
		return (colour != null) ? ESCAPE + colour + "m" + padded + ESCAPE + "0m" : padded;
	}

	/**
	 * What somebody else has written, such as an application at its start, without what
	 * would steer the terminal.
	 */
	static String plain(String text) {
		StringBuilder plain = new StringBuilder();
		for (char next : text.toCharArray()) {
			plain.append((Character.isISOControl(next) && next != '\n' && next != '\t') ? '?' : next);
		}
		return plain.toString();
	}

}
