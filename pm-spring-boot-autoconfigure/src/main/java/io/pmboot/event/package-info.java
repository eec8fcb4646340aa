/**
 * Events that master and workers publish, each to its own ApplicationContext.
 */
@NullMarked
package io.pmboot.event;

import org.jspecify.annotations.NullMarked;
