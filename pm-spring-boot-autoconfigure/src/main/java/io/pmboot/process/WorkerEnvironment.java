package io.pmboot.process;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.pmboot.control.WorkerVariables;

/**
 * How a worker's environment differs from the master's. Changes instead of the whole, so
 * that variables that are no text in the master's charset reach the worker unharmed.
 *
 * @param removed variables that the worker does not inherit
 * @param set variables that the worker has besides, or with another value
 */
record WorkerEnvironment(Set<String> removed, Map<String, String> set) {

	// What systemd tells the one process that it started, and a class path that is not
	// the
	// worker's.
	private static final Set<String> REMOVED = Set.of("NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID",
			"LISTEN_FDS", "LISTEN_FDNAMES", "CLASSPATH");

	static WorkerEnvironment of(Map<String, String> inherited, WorkerLaunch launch) {
		Set<String> removed = new HashSet<>();
		Map<String, String> set = new HashMap<>();
		inherited.forEach((name, value) -> {
			String changed = change(name, value);
			if (REMOVED.contains(name) || (changed.isEmpty() && !value.isEmpty())) {
				removed.add(name);
			}
			else if (!changed.equals(value)) {
				set.put(name, changed);
			}
		});
		set.putAll(launch.program().environment());
		set.put(WorkerVariables.GROUP, launch.group());
		set.put(WorkerVariables.INDEX, Integer.toString(launch.index()));
		set.put(WorkerVariables.GENERATION, Integer.toString(launch.generation()));
		return new WorkerEnvironment(Set.copyOf(removed), Map.copyOf(set));
	}

	private static String change(String name, String value) {
		if (JvmOptions.VARIABLES.contains(name)) {
			return withoutOptions(value);
		}
		if (Profiles.isProperty(name)) {
			return Profiles.withoutMaster(value);
		}
		return Profiles.isJson(name) ? Profiles.withoutMasterInJson(value) : value;
	}

	private static String withoutOptions(String value) {
		List<String> options = JvmOptions.parse(value);
		// What an argument file contains came to the master's options and goes on the
		// worker's command line.
		List<String> kept = JvmOptions.forWorker(options.stream().filter((option) -> !option.startsWith("@")).toList());
		return kept.equals(options) ? value : JvmOptions.format(kept);
	}

	void applyTo(Map<String, String> environment) {
		environment.keySet().removeAll(this.removed);
		environment.putAll(this.set);
	}

}
