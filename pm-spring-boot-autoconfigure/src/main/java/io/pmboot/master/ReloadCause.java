package io.pmboot.master;

import java.util.List;

import io.pmboot.event.WorkerExitedEvent;

/**
 * Why a worker made a reload fail, in words.
 */
final class ReloadCause {

	private static final int OUTPUT_IN_CAUSE = 10;

	private ReloadCause() {
	}

	/**
	 * The worker exited.
	 * @param worker the worker
	 * @param exit how
	 * @return exit status, and failure analysis or last output
	 */
	static String exited(WorkerHandle worker, WorkerExitedEvent exit) {
		String what = "%s exited %s: ".formatted(worker,
				worker.wasReady() ? "before the reload was over" : "before it was ready");
		if (worker.startFailure() != null) {
			return what + exit.status() + ": " + worker.startFailure();
		}
		return what + exit.worker().reason() + lastOutput(exit.lastOutput());
	}

	/**
	 * The worker cannot be spoken to any more, or drains unasked.
	 * @param worker the worker
	 * @return what is known of it
	 */
	static String left(WorkerHandle worker) {
		return "%s cannot serve any more: %s".formatted(worker, worker.info().reason());
	}

	private static String lastOutput(List<String> output) {
		return output.isEmpty() ? "" : "; its last output: "
				+ String.join("\n", output.subList(Math.max(0, output.size() - OUTPUT_IN_CAUSE), output.size()));
	}

}
