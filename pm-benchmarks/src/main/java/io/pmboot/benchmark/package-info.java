/**
 * Benchmarks, on the public API alone.
 */
@NullMarked
package io.pmboot.benchmark;

import org.jspecify.annotations.NullMarked;
