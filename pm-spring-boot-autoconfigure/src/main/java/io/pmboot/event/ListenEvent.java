package io.pmboot.event;

/**
 * This worker has begun to accept on a listener; one event for each, when the master has
 * activated the worker. Published in the worker, on a thread of its own: a listener may
 * block, and holds up later events only.
 *
 * @param address the listen address as the status of the group shows it, such as
 * {@code 8080}
 * @since 0.1
 */
public record ListenEvent(String address) {
}
