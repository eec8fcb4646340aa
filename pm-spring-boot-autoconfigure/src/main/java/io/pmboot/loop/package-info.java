/**
 * What master and worker both stand on: the event loop, on which nothing may wait, its
 * clock and its log, threads, and events for the application.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.loop;
