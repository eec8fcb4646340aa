/**
 * What master and worker both stand on: the event loop, on which nothing may wait, its
 * clock and its log, threads, and events for the application.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.loop;
