/**
 * Events that the master publishes to its ApplicationContext.
 */
@NullMarked
package io.pmboot.event;

import org.jspecify.annotations.NullMarked;
