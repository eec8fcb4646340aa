/**
 * Processes of the operating system: the command line of a worker, its start, its output,
 * its exit, and signals.
 */
@NullMarked
package io.pmboot.process;

import org.jspecify.annotations.NullMarked;
