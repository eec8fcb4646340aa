package io.pmboot.master;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.pmboot.DrainReason;
import io.pmboot.ReloadStep;
import io.pmboot.WorkerState;

/**
 * The workers that a reload waits for until they have exited.
 */
final class Leaving {

	private final ReloadLog log;

	/** Each of them, and whether the reload has asked it to drain. */
	private final Map<WorkerHandle, Boolean> workers = new LinkedHashMap<>();

	Leaving(ReloadLog log) {
		this.log = log;
	}

	/**
	 * Asks a worker to drain, unless it ends already.
	 * @param worker the worker
	 * @param reason why
	 * @param timeout how long it may take before SIGTERM
	 */
	void end(WorkerHandle worker, DrainReason reason, Duration timeout) {
		boolean asked = worker.isBefore(WorkerState.DRAINING);
		if (worker.isBefore(WorkerState.EXITED)) {
			this.workers.merge(worker, asked, Boolean::logicalOr);
		}
		if (asked) {
			worker.stop(reason, timeout);
			this.log.step(ReloadStep.Kind.DRAINING, worker, null);
		}
	}

	/**
	 * A worker has exited.
	 * @param worker the worker
	 * @return whether it was one of these
	 */
	boolean exited(WorkerHandle worker) {
		Boolean asked = this.workers.remove(worker);
		if (asked == null) {
			return false;
		}
		if (asked) {
			int cut = worker.requestsCut();
			this.log.cut(cut);
			this.log.step(ReloadStep.Kind.DRAINED, worker, (cut > 0) ? cut + " requests were cut" : null);
		}
		return true;
	}

	boolean contains(WorkerHandle worker) {
		return this.workers.containsKey(worker);
	}

	boolean isEmpty() {
		return this.workers.isEmpty();
	}

}
