/**
 * On the reactive stack.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.server.reactive;
