package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * Something that does not suit an application of several processes, or that the host
 * lacks.
 *
 * @param id by which name {@code pm.doctor.ignore} silences it
 * @param group the group whose workers have found it, or {@code null} where it is a
 * matter of the host
 * @param text what it is, why it does harm, and what to do
 * @since 0.1
 */
public record Finding(String id, @Nullable String group, String text) {
}
