package io.pmboot.worker;

/**
 * A request that is being served, and the thread that it holds.
 *
 * @param since when the request began, by {@link System#nanoTime()}
 * @param thread the thread
 */
public record HeldThread(long since, Thread thread) {
}
