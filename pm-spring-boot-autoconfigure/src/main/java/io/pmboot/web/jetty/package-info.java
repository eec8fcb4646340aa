/**
 * Jetty on listeners that other processes share, and how it drains without losing a
 * request.
 */
@NullMarked
package io.pmboot.web.jetty;

import org.jspecify.annotations.NullMarked;
