package io.pmboot.actuate;

import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import org.jspecify.annotations.Nullable;

/**
 * What endpoint {@code pm} tells of a reload that it was asked for.
 *
 * @param id names the reload
 * @param group the group's name
 * @param fromGeneration the generation that served when it began
 * @param toGeneration the generation that it leads to
 * @param outcome how it ended, or {@code null} while it is under way
 * @param cause why it did not complete, or {@code null}
 * @since 0.1
 */
public record ReloadStatus(String id, String group, int fromGeneration, int toGeneration,
		@Nullable ReloadOutcome outcome, @Nullable String cause) {

	static ReloadStatus of(ReloadInfo reload) {
		return new ReloadStatus(reload.id(), reload.group(), reload.fromGeneration(), reload.toGeneration(),
				reload.outcome(), reload.cause());
	}

}
