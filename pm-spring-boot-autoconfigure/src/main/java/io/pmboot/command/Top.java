package io.pmboot.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.loop.Threads;
import io.pmboot.process.TerminalKeys;
import org.jspecify.annotations.Nullable;

/**
 * The status, shown again and again, with what each worker did meanwhile.
 */
final class Top {

	private static final long PERIOD_MILLIS = 1000;

	private static final long KEY_MILLIS = 50;

	private final Session session;

	private final Terminal terminal;

	/** What each worker's heartbeats told at last, by pid. */
	private Map<Long, Sample> samples = Map.of();

	private boolean left;

	Top(Session session) {
		this.session = session;
		this.terminal = session.terminal();
	}

	static ExitCode run(Session session, List<String> words) throws CommandException, InterruptedException {
		Top top = new Top(session);
		if (session.terminal().isInteractive() && !session.json()) {
			top.onScreen();
			return ExitCode.DONE;
		}
		while (true) {
			Json status = session.endpoint().get("");
			if (session.json()) {
				session.terminal().line(status.toString());
			}
			else {
				top.lines(status).forEach(session.terminal()::line);
				session.terminal().line("");
			}
			session.pause(PERIOD_MILLIS);
		}
	}

	// Whoever ends it by a signal gets the terminal back as it was, too.
	private void onScreen() throws CommandException, InterruptedException {
		TerminalKeys keys = Terminal.isTerminal(0) ? TerminalKeys.take() : null;
		Runnable leave = () -> leave(keys);
		Thread hook = Threads.daemon("pm-terminal", leave);
		Runtime.getRuntime().addShutdownHook(hook);
		this.terminal.openScreen();
		try {
			do {
				page(lines(this.session.endpoint().get("")));
			}
			while (!isQuit(keys));
		}
		finally {
			leave.run();
		}
	}

	private synchronized void page(List<String> lines) {
		if (!this.left) {
			this.terminal.page(lines);
		}
	}

	private synchronized void leave(@Nullable TerminalKeys keys) {
		if (!this.left) {
			this.left = true;
			this.terminal.closeScreen();
			if (keys != null) {
				keys.giveBack();
			}
		}
	}

	private boolean isQuit(@Nullable TerminalKeys keys) throws CommandException, InterruptedException {
		for (long waited = 0; waited < PERIOD_MILLIS; waited += KEY_MILLIS) {
			if (keys != null && keys.pressed().contains("q")) {
				return true;
			}
			this.session.pause(KEY_MILLIS);
		}
		return false;
	}

	List<String> lines(Json status) {
		Map<Long, Sample> now = new HashMap<>();
		Map<Long, Double> rates = new HashMap<>();
		for (Json group : status.at("groups").members().values()) {
			for (Json worker : group.at("workers").elements()) {
				String at = worker.at("load").at("at").text();
				if (at != null) {
					long pid = worker.at("pid").number(0);
					long served = worker.at("load").at("served").number(0);
					Sample sample = Sample.after(this.samples.get(pid), Instant.parse(at), served);
					now.put(pid, sample);
					if (sample.rate() != null) {
						rates.put(pid, sample.rate());
					}
				}
			}
		}
		this.samples = now;
		return new StatusView(Clock.systemUTC(), this.terminal, rates).lines(status);
	}

	/**
	 * What the last heartbeat told.
	 *
	 * @param at when
	 * @param served how many requests had ended
	 * @param rate how many in a second since the heartbeat before, or {@code null} where
	 * it is the first
	 */
	private record Sample(Instant at, long served, @Nullable Double rate) {

		static Sample after(@Nullable Sample before, Instant at, long served) {
			if (before == null) {
				return new Sample(at, served, null);
			}
			double seconds = Duration.between(before.at, at).toMillis() / 1000.0;
			return (seconds > 0) ? new Sample(at, served, (served - before.served) / seconds) : before;
		}

	}

}
