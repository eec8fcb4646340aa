/**
 * Endpoint, health and metrics of the master.
 */
@NullMarked
package io.pmboot.actuate;

import org.jspecify.annotations.NullMarked;
