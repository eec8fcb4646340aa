package io.pmboot.event;

import io.pmboot.WorkerInfo;

/**
 * A worker was found to be hung: it is replaced at once, and killed as soon as it was
 * tried to learn what it does; its {@link WorkerExitedEvent} tells what was learned.
 * Published in the master, off its event loop.
 *
 * @param worker the worker, DRAINING
 * @param symptom what tells that it is hung
 * @since 0.1
 */
public record WorkerHungEvent(WorkerInfo worker, String symptom) {
}
