/**
 * Endpoint, health and metrics of the master.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.actuate;

import org.jspecify.annotations.NullMarked;
