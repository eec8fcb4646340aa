package io.pmboot.event;

import io.pmboot.WorkerInfo;

/**
 * A worker became ready: it accepts, or will as soon as the reload that it is part of
 * activates it. Published in the master, off its event loop.
 *
 * @param worker the worker, READY
 * @since 0.1
 */
public record WorkerReadyEvent(WorkerInfo worker) {
}
