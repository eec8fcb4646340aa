package io.pmboot.master;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.pmboot.DrainReason;
import io.pmboot.ReloadStep;
import io.pmboot.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * The workers that end because of a rollout, until they have exited.
 */
final class Drains {

	private final ReloadLog log;

	private final Duration drainTimeout;

	/** Each, and whether the rollout was the first to ask. */
	private final Map<WorkerHandle, Boolean> ending = new LinkedHashMap<>();

	Drains(ReloadLog log, Duration drainTimeout) {
		this.log = log;
		this.drainTimeout = drainTimeout;
	}

	void drain(@Nullable WorkerHandle worker, DrainReason reason) {
		end(worker, reason, this.drainTimeout);
	}

	/** Asks a worker to end, unless it does already, and waits until it has. */
	void end(@Nullable WorkerHandle worker, DrainReason reason, Duration timeout) {
		if (worker == null) {
			return;
		}
		boolean asks = worker.isBefore(WorkerState.DRAINING);
		if (worker.isBefore(WorkerState.EXITED)) {
			this.ending.merge(worker, asks, Boolean::logicalOr);
		}
		if (asks) {
			worker.stop(reason, timeout);
			this.log.step(ReloadStep.Kind.DRAINING, worker, null);
		}
	}

	/**
	 * A worker has exited.
	 * @param worker the worker
	 * @return whether it was waited for
	 */
	boolean exited(WorkerHandle worker) {
		Boolean asked = this.ending.remove(worker);
		if (Boolean.TRUE.equals(asked)) {
			int cut = worker.requestsCut();
			this.log.cut(cut);
			this.log.step(ReloadStep.Kind.DRAINED, worker, (cut > 0) ? cut + " requests were cut" : null);
		}
		return asked != null;
	}

	boolean areOver() {
		return this.ending.isEmpty();
	}

}
