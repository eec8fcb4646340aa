package io.pmboot.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What was asked for.
 *
 * @param subcommand what to do
 * @param words what to do it to
 * @param json whether to write JSON
 * @param help whether to tell how to use it instead
 * @param runDirectory the master's run directory, or {@code null} where it was not given
 * @param path where the endpoint is
 */
record Arguments(Subcommand subcommand, List<String> words, boolean json, boolean help, @Nullable String runDirectory,
		String path) {

	private static final String RUN_DIRECTORY = "--run-directory=";

	private static final String PATH = "--path=";

	static Arguments parse(List<String> args) throws CommandException {
		List<String> words = new ArrayList<>();
		boolean json = false;
		boolean help = false;
		String runDirectory = null;
		String path = Endpoint.DEFAULT_PATH;
		for (String argument : args) {
			switch (argument) {
				case "--json" -> {
					json = true;
				}
				case "--help", "-h" -> {
					help = true;
				}
				default -> {
					if (hasValue(argument, RUN_DIRECTORY)) {
						runDirectory = argument.substring(RUN_DIRECTORY.length());
					}
					else if (hasValue(argument, PATH + "/")) {
						path = argument.substring(PATH.length());
					}
					else {
						words.add(argument);
					}
				}
			}
		}
		// What is an option of a subcommand may stand before it.
		words.sort(Comparator.comparing((word) -> word.startsWith("-")));
		if (!words.isEmpty() && words.get(0).startsWith("-")) {
			throw noSuchOption(words.get(0));
		}
		Subcommand subcommand = words.isEmpty() ? Subcommand.HELP : Subcommand.named(words.get(0));
		Arguments arguments = new Arguments(subcommand, words.subList(Math.min(1, words.size()), words.size()), json,
				help, runDirectory, path);
		if (words.isEmpty() && !help) {
			throw usage("There is no subcommand");
		}
		if (!help) {
			subcommand.check(arguments.words);
		}
		return arguments;
	}

	private static boolean hasValue(String argument, String name) {
		return argument.startsWith(name) && argument.length() > name.length();
	}

	static CommandException noSuchOption(String word) {
		return usage("There is no option '%s' here; there are --json, --help, %sDIRECTORY and %s/PATH".formatted(word,
				RUN_DIRECTORY, PATH));
	}

	static CommandException usage(String message) {
		return new CommandException(ExitCode.USAGE, message + ".\nSee: %s help".formatted(Help.program()));
	}

	ExitCode run(Terminal terminal) throws CommandException, InterruptedException {
		if (this.help || this.subcommand == Subcommand.HELP) {
			Help.print(this, terminal);
			return ExitCode.DONE;
		}
		MasterSearch.Found master = MasterSearch.ofThisJvm().find(this.runDirectory);
		return this.subcommand.run(new Session(new Endpoint(master, this.path), terminal, this.json), this.words);
	}

}
