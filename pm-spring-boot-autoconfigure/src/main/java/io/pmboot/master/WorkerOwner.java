package io.pmboot.master;

import io.pmboot.DrainReason;
import io.pmboot.event.WorkerExitedEvent;

/**
 * Who is told of a worker, on the event loop.
 */
interface WorkerOwner {

	/**
	 * The fork has ended, well or not.
	 * @param worker the worker
	 */
	void forked(WorkerHandle worker);

	/**
	 * The worker is READY, and waits to be activated.
	 * @param worker the worker
	 */
	void ready(WorkerHandle worker);

	/**
	 * The worker, READY, accepts nothing: its application refuses traffic.
	 * @param worker the worker
	 */
	void refuses(WorkerHandle worker);

	/**
	 * The worker is to be replaced: it says that it is not fit to go on. It serves on
	 * until it is told to drain.
	 * @param worker the worker, READY
	 * @param fault stands for the exit in what is counted
	 */
	void unfit(WorkerHandle worker, WorkerExitedEvent fault);

	/**
	 * The worker drains, unasked and orderly.
	 * @param worker the worker
	 * @param reason why
	 */
	void leaving(WorkerHandle worker, DrainReason reason);

	/**
	 * The worker cannot be spoken to any more. Its exit will follow.
	 * @param worker the worker
	 * @param loss stands for the exit in what is counted
	 */
	void lost(WorkerHandle worker, WorkerExitedEvent loss);

	/**
	 * The worker took too long to start, or nothing of it is in flight any more. Its exit
	 * will follow.
	 * @param worker the worker
	 */
	void changed(WorkerHandle worker);

	/**
	 * The process has ended.
	 * @param worker the worker
	 * @param exit how it ended
	 */
	void exited(WorkerHandle worker, WorkerExitedEvent exit);

}
