/**
 * How a worker accepts on listeners that other processes share: who may accept when, and
 * what serves until its last connection has ended.
 */
@NullMarked
package io.pmboot.accept;

import org.jspecify.annotations.NullMarked;
