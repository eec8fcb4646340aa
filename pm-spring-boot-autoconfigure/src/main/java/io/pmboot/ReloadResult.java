package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * What became of a reload that a worker asked for.
 *
 * @param id names the reload, as in the status of the master
 * @param outcome how it ended
 * @param cause why it did not complete, or {@code null} where it did; of a long one the
 * beginning
 * @since 0.1
 * @see Worker#reload(String)
 */
public record ReloadResult(String id, ReloadOutcome outcome, @Nullable String cause) {
}
