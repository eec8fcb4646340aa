/**
 * Event streams on the reactive stack, and how a drain ends them.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.web.reactive;
