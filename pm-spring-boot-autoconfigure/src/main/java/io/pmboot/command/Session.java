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

	private static final long FOLLOW_MILLIS = 500;

	ExitCode status(List<String> words) throws CommandException {
		Json status = this.endpoint.get(words.isEmpty() ? "" : "/" + group(words.get(0)));
		print(status);
		return ExitCode.DONE;
	}

	ExitCode reload(List<String> words) throws CommandException, InterruptedException {
		boolean hold = words.contains("--hold");
		String group = words.stream().filter((word) -> !word.startsWith("-")).findFirst().map(Json::quote).orElse(null);
		return follow(this.endpoint.post("reload", properties("group", group, "hold", hold ? "true" : null)));
	}

	ExitCode promote(List<String> words) throws CommandException, InterruptedException {
		return follow(this.endpoint.post("promote", properties("id", Json.quote(words.get(0)))));
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

	ExitCode logs(List<String> words) throws CommandException, InterruptedException {
		String path = "/logs" + worker(words.get(0));
		long after = 0;
		long pid = 0;
		while (true) {
			Json log = this.endpoint.get(path + ((after > 0) ? "?lines=1000&after=" + after : "?lines=100"));
			List<Json> lines = log.at("lines").elements();
			long now = log.at("worker").at("pid").number(0);
			if (pid != 0 && now != pid) {
				this.terminal.error("%s is process %d from here on".formatted(words.get(0), now));
				pid = now;
				log = this.endpoint.get(path + "?lines=1000");
				lines = log.at("lines").elements();
			}
			else if (after > 0 && log.at("first").number(0) > after + 1) {
				this.terminal.error("%d lines came too fast".formatted(log.at("first").number(0) - after - 1));
			}
			pid = now;
			if (this.json) {
				this.terminal.line(log.toString());
			}
			else {
				lines.forEach((line) -> this.terminal.line(Terminal.plain(line.text(""))));
			}
			if (!words.contains("-f")) {
				return ExitCode.DONE;
			}
			after = log.at("first").number(0) + lines.size() - 1;
			pause(FOLLOW_MILLIS);
		}
	}

	ExitCode threads(List<String> words) throws CommandException {
		String path = "/workers" + worker(words.get(0)) + "/threaddump";
		this.terminal.line(this.json ? this.endpoint.get(path).toString() : Terminal.plain(this.endpoint.text(path)));
		return ExitCode.DONE;
	}

	ExitCode doctor(List<String> words) throws CommandException {
		Json answer = this.endpoint.get("/doctor");
		if (this.json) {
			this.terminal.line(answer.toString());
			return ExitCode.DONE;
		}
		List<Json> findings = answer.at("findings").elements();
		for (Json finding : findings) {
			String group = finding.at("group").text();
			this.terminal.line("%s%s: %s".formatted((group != null) ? group + " " : "", finding.at("id").text(""),
					Terminal.plain(finding.at("text").text(""))));
		}
		if (findings.isEmpty()) {
			this.terminal.line("Nothing was found");
		}
		return ExitCode.DONE;
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

	// As the log names it: group, a dash, and the index.
	private static String worker(String word) throws CommandException {
		int dash = word.lastIndexOf('-');
		if (dash < 1) {
			throw Arguments.usage("'%s' is no worker, such as web-0".formatted(word));
		}
		return "/%s/%s".formatted(group(word.substring(0, dash)), number(word.substring(dash + 1)));
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
