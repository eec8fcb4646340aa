package io.pmboot.event;

import io.pmboot.DrainReason;

/**
 * This worker has begun to drain: it accepts nothing more and will exit. Once, for the
 * first of the reasons, and not in a worker that was still starting. Published in the
 * worker, on a thread of its own: a listener runs beside the drain, which does not wait
 * for it.
 *
 * @param reason why
 * @since 0.1
 */
public record WorkerDrainingEvent(DrainReason reason) {
}
