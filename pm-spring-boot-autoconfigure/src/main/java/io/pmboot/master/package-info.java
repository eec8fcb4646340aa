/**
 * The master: which workers there are, in which state, and what happens next. One
 * event-loop thread owns all of it.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.master;

import org.jspecify.annotations.NullMarked;
