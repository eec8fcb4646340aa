package io.pmboot.event;

import io.pmboot.RestartReason;
import io.pmboot.WorkerInfo;
import org.jspecify.annotations.Nullable;

/**
 * A worker is replaced by another one of its generation, outside of reloads: because it
 * has reached a limit of {@code recycle}, because somebody restarts it, or because it is
 * not fit to go on. Or it was to be, and its successor failed. Published in the master,
 * off its event loop.
 *
 * @param worker the worker: one that drains now or, where its successor failed, one that
 * serves on
 * @param reason why it is replaced
 * @param why the same in words, with the figures
 * @param failure what became of the successor that failed, or {@code null} where none
 * did. The next is forked after a pause, but for a worker that is
 * {@linkplain RestartReason#UNFIT not fit to go on}, which drains all the same
 * @since 0.1
 */
public record WorkerRestartEvent(WorkerInfo worker, RestartReason reason, String why, @Nullable String failure) {
}
