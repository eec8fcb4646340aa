package io.pmboot.master;

import io.pmboot.event.WorkerExitedEvent;

/**
 * Why a worker made a reload fail, in words.
 */
final class ReloadCause {

	private ReloadCause() {
	}

	/**
	 * The worker exited.
	 * @param worker the worker
	 * @param exit how
	 * @return exit status, and failure analysis or last output
	 */
	static String exited(WorkerHandle worker, WorkerExitedEvent exit) {
		return "%s exited %s: %s".formatted(worker,
				worker.wasReady() ? "before the reload was over" : "before it was ready", ExitText.of(worker, exit));
	}

	/**
	 * The worker cannot be spoken to any more, or drains unasked.
	 * @param worker the worker
	 * @return what is known of it
	 */
	static String left(WorkerHandle worker) {
		return "%s cannot serve any more: %s".formatted(worker, worker.info().reason());
	}

}
