package io.pmboot.master;

import java.util.List;

import io.pmboot.event.WorkerExitedEvent;

/**
 * All that is known of an exit that nobody asked for, in words.
 */
final class ExitText {

	private static final int MAX_LINES = 10;

	private ExitText() {
	}

	/**
	 * Tells it.
	 * @param worker the worker
	 * @param exit how it ended
	 * @return exit status, and failure analysis or last output
	 */
	static String of(WorkerHandle worker, WorkerExitedEvent exit) {
		if (worker.startFailure() != null) {
			return exit.status() + ": " + worker.startFailure();
		}
		return exit.worker().reason() + lastOutput(exit.lastOutput());
	}

	private static String lastOutput(List<String> output) {
		return output.isEmpty() ? "" : "; its last output: "
				+ String.join("\n", output.subList(Math.max(0, output.size() - MAX_LINES), output.size()));
	}

}
