package io.pmboot.command;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the command can do. Another one is another constant here.
 */
enum Subcommand {

	STATUS("[group]", "what runs, and why it is in its state", Session::status),

	TOP("", "what the workers do, refreshed in place; q ends it", Top::run),

	RELOAD("[group] [--hold]",
			"replaces the workers of all groups, or of one, and shows each step; --hold: a canary first",
			Session::reload),

	PROMOTE("reload", "has a reload go on that holds after its canary, by its id, and shows each step",
			Session::promote),

	ROLLBACK("group", "takes a group back to the generation before, and shows each step", Session::rollback),

	CANCEL("reload", "ends a reload that is under way, by its id", Session::cancel),

	SCALE("group children", "gives a group more workers or fewer: a number, or auto", Session::scale),

	RESTART("group [index]", "restarts the workers of a group, or one", Session::restart),

	STOP("group", "stops a group: it serves no more until it is started", Session::stop),

	START("group", "starts a group that was stopped, or given up", Session::start),

	LOGS("worker [-f]", "what a worker such as web-0 has written last; -f: and what it writes from now on",
			Session::logs),

	THREADS("worker", "what the threads of a worker do, by its endpoint threaddump", Session::threads),

	DOCTOR("", "what does not suit several processes, and what the host lacks", Session::doctor),

	HELP("[subcommand]", "tells how to use it", (session, words) -> ExitCode.DONE);

	private final List<String> parameters;

	private final String summary;

	private final Action action;

	Subcommand(String parameters, String summary, Action action) {
		this.parameters = parameters.isEmpty() ? List.of() : List.of(parameters.split(" "));
		this.summary = summary;
		this.action = action;
	}

	static Subcommand named(String word) throws CommandException {
		return Arrays.stream(values())
			.filter((subcommand) -> subcommand.word().equals(word))
			.findFirst()
			.orElseThrow(() -> Arguments.usage("There is no subcommand '%s'; there are %s".formatted(word,
					Arrays.stream(values()).map(Subcommand::word).collect(Collectors.joining(", ")))));
	}

	String word() {
		return name().toLowerCase(Locale.ROOT);
	}

	String usage() {
		return (word() + " " + String.join(" ", this.parameters)).strip();
	}

	String summary() {
		return this.summary;
	}

	void check(List<String> words) throws CommandException {
		for (String word : words) {
			if (word.startsWith("-") && !this.parameters.contains("[" + word + "]")) {
				throw Arguments.noSuchOption(word);
			}
		}
		long required = this.parameters.stream().filter((parameter) -> !parameter.startsWith("[")).count();
		if (words.size() < required || words.size() > this.parameters.size()) {
			throw Arguments
				.usage("It is '%s', not '%s'".formatted(usage(), (word() + " " + String.join(" ", words)).strip()));
		}
	}

	ExitCode run(Session session, List<String> words) throws CommandException, InterruptedException {
		return this.action.run(session, words);
	}

	/**
	 * Does it.
	 */
	interface Action {

		ExitCode run(Session session, List<String> words) throws CommandException, InterruptedException;

	}

}
