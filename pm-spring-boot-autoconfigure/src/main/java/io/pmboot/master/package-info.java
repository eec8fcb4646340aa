/**
 * The master: which workers there are, in which state, and what happens next. One
 * event-loop thread owns all of it.
 */
@NullMarked
package io.pmboot.master;

import org.jspecify.annotations.NullMarked;
