package io.pmboot.command;

import java.time.Clock;
import java.util.List;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * One run of the command, with a master.
 *
 * @param endpoint the master's
 * @param terminal where to write
 * @param json whether to write JSON
 */
record Session(Endpoint endpoint, Terminal terminal, boolean json) {

	ExitCode status(List<String> words) throws CommandException {
		Json status = this.endpoint.get(words.isEmpty() ? "" : "/" + group(words.get(0)));
		print(status);
		return ExitCode.DONE;
	}

	ExitCode reload(List<String> words) throws CommandException, InterruptedException {
		return follow(
				this.endpoint.post("reload", properties("group", words.isEmpty() ? null : Json.quote(words.get(0)))));
	}

	ExitCode rollback(List<String> words) throws CommandException, InterruptedException {
		return follow(this.endpoint.post("rollback", properties("group", Json.quote(words.get(0)))));
	}

	private ExitCode follow(Json started) throws CommandException, InterruptedException {
		if (this.json) {
			this.terminal.line(started.toString());
		}
		return new ReloadFollower(this, started).follow();
	}

	ExitCode cancel(List<String> words) throws CommandException {
		Json answer = this.endpoint.post("cancel", properties("id", Json.quote(words.get(0))));
		this.terminal.line(this.json ? answer.toString()
				: "%s is being cancelled: slots that have been replaced go back".formatted(words.get(0)));
		return ExitCode.DONE;
	}

	ExitCode scale(List<String> words) throws CommandException {
		String children = words.get(1).equals("auto") ? Json.quote("auto") : number(words.get(1));
		return operate("scale", "group", Json.quote(words.get(0)), "children", children);
	}

	ExitCode restart(List<String> words) throws CommandException {
		return operate("restart", "group", Json.quote(words.get(0)), "index",
				(words.size() > 1) ? number(words.get(1)) : null);
	}

	ExitCode stop(List<String> words) throws CommandException {
		return operate("stop", "group", Json.quote(words.get(0)));
	}

	ExitCode start(List<String> words) throws CommandException {
		return operate("start", "group", Json.quote(words.get(0)));
	}

	private ExitCode operate(String operation, @Nullable String... properties) throws CommandException {
		print(this.endpoint.post(operation, properties(properties)));
		return ExitCode.DONE;
	}

	private void print(Json status) {
		if (this.json) {
			this.terminal.line(status.toString());
			return;
		}
		new StatusView(Clock.systemUTC(), this.terminal, null).lines(status).forEach(this.terminal::line);
	}

	private static String properties(@Nullable String... namesAndValues) {
		StringJoiner properties = new StringJoiner(",", "{", "}");
		for (int i = 0; i < namesAndValues.length; i += 2) {
			if (namesAndValues[i + 1] != null) {
				properties.add("\"%s\":%s".formatted(namesAndValues[i], namesAndValues[i + 1]));
			}
		}
		return properties.toString();
	}

	// What is no number would not be JSON.
	private static String number(String word) throws CommandException {
		if (!word.matches("\\d{1,9}")) {
			throw Arguments.usage("'%s' is no number".formatted(word));
		}
		return word;
	}

	// It becomes part of a path.
	private static String group(String word) throws CommandException {
		if (!word.matches("[A-Za-z0-9_-]+")) {
			throw Arguments.usage("'%s' is no name of a group".formatted(word));
		}
		return word;
	}

	/**
	 * Waits for a while between two looks; ends the command where nobody reads any more.
	 */
	void pause(long millis) throws CommandException, InterruptedException {
		if (this.terminal.isGone()) {
			throw new CommandException(ExitCode.FAILED, "Nobody reads the output any more");
		}
		Thread.sleep(millis);
	}

}
