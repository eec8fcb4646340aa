package io.pmboot.command;

import java.io.File;
import java.nio.file.Path;

/**
 * How to use the command.
 */
final class Help {

	private Help() {
	}

	/** How this JVM was started for the command. */
	static String program() {
		String classPath = System.getProperty("java.class.path", "");
		String first = classPath.split(File.pathSeparator, 2)[0];
		if (PmCommand.isAskedFor() && first.endsWith("ar")) {
			return "java -Djarmode=%s -jar %s".formatted(PmCommand.MODE, Path.of(first).getFileName());
		}
		return "java -cp … " + PmCommand.class.getName();
	}

	static void print(Arguments arguments, Terminal terminal) throws CommandException {
		Subcommand one = arguments.subcommand();
		if (one == Subcommand.HELP && !arguments.words().isEmpty()) {
			one = Subcommand.named(arguments.words().get(0));
		}
		terminal.line(
				"Usage: %s %s [options]".formatted(program(), (one != Subcommand.HELP) ? one.usage() : "subcommand …"));
		terminal.line("");
		for (Subcommand subcommand : Subcommand.values()) {
			if (one == Subcommand.HELP || subcommand == one) {
				terminal.line("  %-22s %s".formatted(subcommand.usage(), subcommand.summary()));
			}
		}
		terminal.line("");
		terminal
			.line("""
					Options:
					  --run-directory=DIR    the master's run directory. Otherwise that of the variables PM_MASTER_RUN_DIRECTORY
					                         and RUNTIME_DIRECTORY; otherwise of the master that runs from the same jar
					  --path=/PATH           where the endpoint is, if not at %s
					  --json                 writes the JSON of the endpoint; lines of it where something is followed
					  --help                 tells how to use it

					Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no master was found, or more than one"""
				.formatted(Endpoint.DEFAULT_PATH));
	}

}
