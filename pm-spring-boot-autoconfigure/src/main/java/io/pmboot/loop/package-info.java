/**
 * What runs on an event loop, where nothing may wait.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.loop;
