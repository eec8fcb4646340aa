package io.pmboot.event;

import io.pmboot.ReloadInfo;

/**
 * A reload of a group ended. Published in the master, off its event loop.
 *
 * @param reload the reload with its outcome
 * @since 0.1
 */
public record ReloadFinishedEvent(ReloadInfo reload) {
}
