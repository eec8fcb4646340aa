/**
 * Jetty on listeners that other processes share, and how it drains without losing a
 * request.
 * <p>
 * No API: public types are public for other packages of pm, and may change at any time.
 */
@NullMarked
package io.pmboot.web.jetty;

import org.jspecify.annotations.NullMarked;
