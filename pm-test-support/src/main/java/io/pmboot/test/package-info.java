/**
 * What the end-to-end tests have in common: masters as processes, and clients that count
 * every failure by kind.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.test;
