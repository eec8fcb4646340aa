/**
 * The control socket between master and workers: messages, their frames, and both ends of
 * the stream.
 */
@NullMarked
package io.pmboot.control;

import org.jspecify.annotations.NullMarked;
