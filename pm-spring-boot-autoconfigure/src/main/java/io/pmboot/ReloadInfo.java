package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * One reload of one group.
 *
 * @param id names the reload, unique within the life of the master
 * @param group the group's name
 * @param fromGeneration the generation that served when it began
 * @param toGeneration the generation that it leads to; never used again, whatever the
 * outcome
 * @param outcome how it ended, or {@code null} while it is under way
 * @param cause why it did not complete, or {@code null}
 * @since 0.1
 */
public record ReloadInfo(String id, String group, int fromGeneration, int toGeneration, @Nullable ReloadOutcome outcome,
		@Nullable String cause) {
}
