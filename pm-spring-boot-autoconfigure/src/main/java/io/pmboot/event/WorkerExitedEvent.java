package io.pmboot.event;

import java.util.List;

import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.WorkerInfo;

/**
 * A worker exited. Published in the master, off its event loop.
 *
 * @param worker the worker, EXITED
 * @param status how its process ended
 * @param kind what the exit means
 * @param lastOutput the last lines of its output, at most 50
 * @since 0.1
 */
public record WorkerExitedEvent(WorkerInfo worker, ExitStatus status, ExitKind kind, List<String> lastOutput) {

	public WorkerExitedEvent {
		lastOutput = List.copyOf(lastOutput);
	}

}
