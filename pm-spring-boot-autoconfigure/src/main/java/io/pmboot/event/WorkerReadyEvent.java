package io.pmboot.event;

import io.pmboot.WorkerInfo;

/**
 * A worker became ready and was told to accept. Published in the master, off its event
 * loop.
 *
 * @param worker the worker, READY
 * @since 0.1
 */
public record WorkerReadyEvent(WorkerInfo worker) {
}
