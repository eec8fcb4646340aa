package io.pmboot.worker;

import java.util.function.IntConsumer;

/**
 * How this JVM ends.
 *
 * @param exit ends it with a code, by way of the shutdown hooks; does not return
 * @param halt ends it with a code at once, where the other way has taken too long
 */
public record WorkerExit(IntConsumer exit, IntConsumer halt) {
}
