package io.pmboot;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One reload of one group, or its rollback by hand.
 *
 * @param id names the reload, unique within the life of the master
 * @param group the group's name
 * @param fromGeneration the generation that served when it began
 * @param toGeneration the generation that it leads to; that of a reload is never used
 * again where it did not complete, that of a rollback has served before
 * @param initiator who asked for it
 * @param startedAt when it began
 * @param endedAt when it ended, or {@code null} while it is under way
 * @param steps what has happened, the oldest first
 * @param requestsCut how many requests were still in flight in workers whose time to
 * drain was up
 * @param outcome how it ended, or {@code null} while it is under way
 * @param cause why it did not complete, or {@code null}
 * @since 0.1
 */
public record ReloadInfo(String id, String group, int fromGeneration, int toGeneration, Initiator initiator,
		Instant startedAt, @Nullable Instant endedAt, List<ReloadStep> steps, int requestsCut,
		@Nullable ReloadOutcome outcome, @Nullable String cause) {

	public ReloadInfo {
		steps = List.copyOf(steps);
	}

}
