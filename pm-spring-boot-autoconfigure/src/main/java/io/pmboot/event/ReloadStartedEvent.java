package io.pmboot.event;

import io.pmboot.ReloadInfo;

/**
 * A reload of a group began. Published in the master, off its event loop.
 *
 * @param reload the reload, without an outcome
 * @since 0.1
 */
public record ReloadStartedEvent(ReloadInfo reload) {
}
