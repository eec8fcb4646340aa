package io.pmboot.event;

import io.pmboot.ReloadInfo;
import io.pmboot.ReloadStep;

/**
 * A reload of a group came one step further. Published in the master, off its event loop,
 * in the order of the steps, between the reload's {@link ReloadStartedEvent} and its
 * {@link ReloadFinishedEvent}.
 *
 * @param reload the reload as it began, without its steps
 * @param step the step
 * @since 0.1
 */
public record ReloadProgressEvent(ReloadInfo reload, ReloadStep step) {
}
