package io.pmboot.event;

import io.pmboot.WorkerInfo;

/**
 * A worker is not fit to go on: its application says that it is broken, or all its
 * request threads are held. It serves on until a successor is READY, and drains then; its
 * {@link WorkerExitedEvent}, a fatal one, tells what was learned. Published in the
 * master, off its event loop.
 *
 * @param worker the worker, READY
 * @param symptom what the worker says
 * @since 0.1
 */
public record WorkerUnfitEvent(WorkerInfo worker, String symptom) {
}
