package io.pmboot.command;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Shows reloads from their beginning to their outcome.
 */
final class ReloadFollower {

	/** As often the master is asked for what is new. */
	private static final long PERIOD_MILLIS = 250;

	private final Session session;

	private final Terminal terminal;

	private final ReloadView view;

	private final List<String> ids;

	/** How many steps of each have been told; of those that have ended, all. */
	private final Map<String, Integer> told = new HashMap<>();

	/**
	 * Creates the follower.
	 * @param session what it is for
	 * @param started the reloads, as the master has answered them
	 */
	ReloadFollower(Session session, Json started) {
		this.session = session;
		this.terminal = session.terminal();
		this.view = new ReloadView(this.terminal, ZoneId.systemDefault());
		this.ids = started.at("reloads").elements().stream().map((reload) -> id(reload)).toList();
	}

	ExitCode follow() throws CommandException, InterruptedException {
		boolean bars = this.terminal.isInteractive() && !this.session.json();
		Json groups = bars ? this.session.endpoint().get("").at("groups") : null;
		List<Json> reloads = current();
		while (true) {
			if (groups != null) {
				draw(reloads, groups);
			}
			else {
				reloads.forEach(this::tell);
			}
			if (reloads.stream().allMatch((reload) -> reload.at("outcome").text() != null || isHolding(reload))) {
				return outcome(reloads);
			}
			this.session.pause(PERIOD_MILLIS);
			reloads = current();
		}
	}

	// It waits for somebody, who may be the one that asked.
	private static boolean isHolding(Json reload) {
		boolean holding = false;
		for (Json step : reload.at("steps").elements()) {
			switch (step.at("kind").text("")) {
				case "HOLDING" -> {
					holding = true;
				}
				// Of predecessors, and of workers beside the reload.
				case "DRAINING", "DRAINED" -> {
				}
				default -> {
					holding = false;
				}
			}
		}
		return holding;
	}

	private List<Json> current() throws CommandException {
		Map<String, Json> byId = new HashMap<>();
		for (Json reload : this.session.endpoint().get("/reloads").at("reloads").elements()) {
			byId.put(id(reload), reload);
		}
		if (!byId.keySet().containsAll(this.ids)) {
			throw new CommandException(ExitCode.FAILED,
					"The master has begun and forgotten one of %s since: the status tells what became of it"
						.formatted(this.ids));
		}
		return this.ids.stream().map((id) -> Objects.requireNonNull(byId.get(id))).toList();
	}

	private void draw(List<Json> reloads, Json groups) {
		List<String> lines = new ArrayList<>();
		for (Json reload : reloads) {
			lines.addAll(this.view.bars(reload, groups.at(reload.at("group").text("")).at("children").number(0)));
		}
		this.terminal.redraw(lines);
	}

	private void tell(Json reload) {
		String id = id(reload);
		List<Json> steps = reload.at("steps").elements();
		Integer before = this.told.put(id, steps.size());
		if (before == null && !this.session.json()) {
			this.terminal.line(this.view.began(reload));
		}
		for (Json step : steps.subList((before != null) ? before : 0, steps.size())) {
			this.terminal.line(this.session.json() ? "{\"id\":%s,\"step\":%s}".formatted(Json.quote(id), step)
					: this.view.step(reload, step));
		}
		if (reload.at("outcome").text() != null && this.told.put(id + " ended", 0) == null) {
			this.terminal.line(this.session.json() ? reload.toString() : this.view.ended(reload));
		}
	}

	private static String id(Json reload) {
		return reload.at("id").text("");
	}

	private ExitCode outcome(List<Json> reloads) {
		ExitCode code = ExitCode.DONE;
		for (Json reload : reloads) {
			if (isHolding(reload)) {
				this.terminal.error("%1$s holds after its canary: promote %1$s, or cancel %1$s".formatted(id(reload)));
			}
			else if (!"COMPLETED".equals(reload.at("outcome").text())) {
				code = ExitCode.FAILED;
				this.terminal.error("%s %s: %s".formatted(id(reload), reload.at("outcome").text(""),
						Terminal.plain(reload.at("cause").text("it was ended by an operator"))));
			}
		}
		return code;
	}

}
