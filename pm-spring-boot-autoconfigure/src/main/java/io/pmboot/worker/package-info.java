/**
 * The worker: its connection to the master, readiness, and the drain that ends it.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.worker;

import org.jspecify.annotations.NullMarked;
