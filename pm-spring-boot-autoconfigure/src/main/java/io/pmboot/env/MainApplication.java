package io.pmboot.env;

import org.jspecify.annotations.Nullable;

/**
 * What the master was started as, a singleton of its context.
 *
 * @param mainClass the application's main class as Boot has deduced it, or {@code null}
 * where it could not
 */
public record MainApplication(@Nullable Class<?> mainClass) {
}
