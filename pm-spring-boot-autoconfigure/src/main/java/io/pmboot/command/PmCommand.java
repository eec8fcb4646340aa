package io.pmboot.command;

import java.util.List;

import io.pmboot.process.JvmExit;

/**
 * The command itself, for whoever starts it by its main class.
 */
public final class PmCommand {

	/** The name of its mode. */
	public static final String MODE = "pm";

	private PmCommand() {
	}

	/**
	 * Whether this JVM was started for the command.
	 * @return whether it was, by {@code -Djarmode=pm}
	 */
	public static boolean isAskedFor() {
		return MODE.equalsIgnoreCase(System.getProperty("jarmode"));
	}

	/**
	 * Runs the command, and ends this JVM with its exit code. Does not return.
	 * @param args its arguments
	 */
	public static void main(String[] args) {
		int code = run(List.of(args), Terminal.current()).ordinal();
		System.out.flush();
		System.err.flush();
		new JvmExit().halt(code);
	}

	static ExitCode run(List<String> args, Terminal terminal) {
		try {
			return Arguments.parse(args).run(terminal);
		}
		catch (CommandException ex) {
			terminal.error(Terminal.plain(String.valueOf(ex.getMessage())));
			return ex.code();
		}
		catch (InterruptedException ex) {
			return ExitCode.FAILED;
		}
	}

}
