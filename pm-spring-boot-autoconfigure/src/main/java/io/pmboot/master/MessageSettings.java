package io.pmboot.master;

/**
 * The limits of messages.
 *
 * @param maxPayload the longest payload that may be sent, in bytes
 * @param maxQueued how many messages may wait in one receiver, at least 1
 */
public record MessageSettings(int maxPayload, int maxQueued) {
}
