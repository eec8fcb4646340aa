package io.pmboot.event;

import io.pmboot.WorkerInfo;

/**
 * A worker was forked. Published in the master, off its event loop.
 *
 * @param worker the worker, STARTING
 * @since 0.1
 */
public record WorkerForkedEvent(WorkerInfo worker) {
}
