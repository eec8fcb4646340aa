/**
 * How a worker accepts on listeners that other processes share: who may accept when, and
 * what serves until its last connection has ended.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.accept;

import org.jspecify.annotations.NullMarked;
