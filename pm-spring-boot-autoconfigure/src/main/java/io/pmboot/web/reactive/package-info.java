/**
 * Event streams on the reactive stack, and how a drain ends them.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@org.jspecify.annotations.NullMarked
package io.pmboot.web.reactive;
