package io.pmboot.event;

import io.pmboot.WorkerInfo;

/**
 * A worker announced that it leaves of its own will: it accepts nothing more, and its
 * successor is being forked. Its exit follows. Published in the master, off its event
 * loop.
 *
 * @param worker the worker, DRAINING
 * @since 0.1
 */
public record WorkerDisconnectedEvent(WorkerInfo worker) {
}
