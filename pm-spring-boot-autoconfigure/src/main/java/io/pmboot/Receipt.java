package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * What became of a message at one receiver.
 *
 * @param group the receiver's group, or {@link MessageSender#MASTER}
 * @param index the receiver's slot, 0 for the master; -1 where a message to a whole group
 * was refused
 * @param pid the receiver's process id, or 0 where there was none
 * @param outcome the outcome
 * @param reason why it was not handled, or {@code null} where it was
 * @since 0.1
 */
public record Receipt(String group, int index, long pid, DeliveryOutcome outcome, @Nullable String reason) {
}
