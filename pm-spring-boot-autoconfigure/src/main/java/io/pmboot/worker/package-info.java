/**
 * The worker: its connection to the master, readiness, and the drain that ends it.
 */
@NullMarked
package io.pmboot.worker;

import org.jspecify.annotations.NullMarked;
