/**
 * Processes of the operating system: the command line of a worker, its start, its output,
 * its exit, and signals.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.process;

import org.jspecify.annotations.NullMarked;
