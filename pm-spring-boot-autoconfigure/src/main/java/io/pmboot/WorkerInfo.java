package io.pmboot;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One worker process as the master sees it. Group, index, generation and pid together
 * name a process; while a slot is replaced, two workers share group and index.
 *
 * @param group the group's name
 * @param index the stable slot within the group, from 0
 * @param generation the group's generation that it belongs to, from 1
 * @param copied whether it runs from its generation's own copy of the application;
 * otherwise it runs in place
 * @param pid the process id, or 0 while the fork is under way
 * @param state its state
 * @param refusing whether it accepts nothing, because its application refuses traffic
 * @param since when it entered this state
 * @param reason why it is in this state, or {@code null} where the state says it all
 * @param heartbeat its last heartbeat, or {@code null} where there was none yet
 * @since 0.1
 */
public record WorkerInfo(String group, int index, int generation, boolean copied, long pid, WorkerState state,
		boolean refusing, Instant since, @Nullable String reason, @Nullable Heartbeat heartbeat) {
}
