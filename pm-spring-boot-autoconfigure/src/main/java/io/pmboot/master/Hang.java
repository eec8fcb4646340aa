package io.pmboot.master;

import java.time.Duration;

import io.pmboot.WorkerState;

/**
 * The end of a worker that is hung: it is tried to learn why, and then it is killed,
 * because SIGTERM would be lost on it.
 */
final class Hang {

	/** For the worker to say what it does. */
	static final Duration DUMP_TIMEOUT = Duration.ofSeconds(2);

	private final HandleState state;

	private final Ending ending;

	Hang(HandleState state, Ending ending) {
		this.state = state;
		this.ending = ending;
	}

	/**
	 * Ends the worker.
	 * @param symptom what tells that it is hung
	 * @param fork its process
	 */
	void end(String symptom, Fork fork) {
		this.ending.hang(symptom);
		fork.killAfterDump(DUMP_TIMEOUT, (learned) -> learned(symptom + "; " + learned));
	}

	private void learned(String diagnosis) {
		if (this.state.isBefore(WorkerState.EXITED)) {
			this.ending.hang(diagnosis);
			this.state.explain("hung: " + diagnosis);
		}
	}

}
