/**
 * The control socket between master and workers: frames and both ends of the stream.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.control;

import org.jspecify.annotations.NullMarked;
